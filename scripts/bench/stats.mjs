/** The middle value; the mean of the two middle ones where there is an even number. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A row of the table: what was measured, in which unit, with median and range. */
export function row(label, values, unit = 'ms') {
  return {
    label,
    unit,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  };
}

/** A figure held against its bound. */
export function criterion(label, value, bound, unit = '×') {
  return { label, value, bound, unit, isOk: value <= bound };
}
