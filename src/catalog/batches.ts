/** Rows per statement: more would hold the one connection too long, and SQLite joins no more than 500 selects. */
export const BATCH_ROWS = 500;

/** Does `work` for all rows, some hundred at a time, one batch after another. */
export async function inBatches<T>(rows: readonly T[], work: (batch: T[]) => PromiseLike<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH_ROWS) await work(rows.slice(from, from + BATCH_ROWS));
}
