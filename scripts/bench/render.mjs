/** A part's figures as a table, and below it each criterion with its bound. */
export function renderPart({ rows, criteria, notes = [], beside }) {
  const figures = table([
    ['', 'median', 'range', '', 'n'],
    ...rows.map(({ label, unit, median, min, max, count }) => {
      const range = count > 1 ? `${short(min)} – ${short(max)}` : '';
      return [label, short(median), range, unit, String(count)];
    }),
  ]);
  const verdicts = table(
    criteria.map(({ label, value, bound, unit, isOk }) => [
      label,
      `${short(value)} ${unit}`,
      `≤ ${short(bound)} ${unit}`,
      isOk ? 'ok' : 'OVER',
    ]),
  );
  return `${figures}${verdicts === '' ? '' : `\n${verdicts}`}${[...notes, beside].map((note) => `  (${note})\n`).join('')}`;
}

function short(value) {
  if (value === 0) return '0';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 4;
  return value.toFixed(digits);
}

/** Columns as wide as their widest cell; all but the first and the last are numbers, to the right. */
function table(lines) {
  if (lines.length === 0) return '';
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) => {
      const cells = line.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      );
      return `  ${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}
