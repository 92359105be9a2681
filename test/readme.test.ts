import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { EXIT_MEANINGS } from '../src/cli/exit-codes.ts';
import { describeSettings } from '../src/config/describe.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function renderSettingsTable(): string {
  const rows = describeSettings().map(
    (setting) => `| \`${setting.variable}\` | ${setting.description} | ${setting.allowed} | ${setting.default} |`,
  );
  return ['| setting | what it is | allowed | default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The rows of a Markdown table without the spaces that align them. */
function rowsOf(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) => line.replace(/\s*\|\s*/g, '|'));
}

test('the README’s table of settings is the table of settings', () => {
  const rows = rowsOf(readme);
  const from = rows.indexOf('|setting|what it is|allowed|default|');
  const expected = rowsOf(renderSettingsTable());
  expect(rows.slice(from, from + expected.length)).toEqual(expected);
  expect(readme.match(/^\| `SIDECAST_/gm)).toHaveLength(expected.length - 1);
});

test('the README has every exit code', () => {
  expect(rowsOf(readme)).toEqual(
    expect.arrayContaining(EXIT_MEANINGS.map(([code, meaning]) => `|${code}|${meaning}|`)),
  );
});
