import { z } from 'zod';
import type { Logger } from '../shared/logger.ts';

const anyRows = z.array(z.unknown());

/** Counts the rows of a host that make no sense to us, and tells of the first one of each kind. */
export class SkippedRows {
  readonly #logger: Logger;
  readonly #counts = new Map<string, number>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** How many rows of each kind were left out so far. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** The rows that fit the schema; the others are counted and left out. */
  sort<T>(kind: string, schema: z.ZodType<T>, rows: unknown): T[] {
    const fitting: T[] = [];
    for (const row of anyRows.parse(rows)) {
      const result = schema.safeParse(row);
      if (result.success) fitting.push(result.data);
      else this.#skip(kind, z.prettifyError(result.error), row);
    }
    return fitting;
  }

  #skip(kind: string, reason: string, row: unknown): void {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    if (count === 0) {
      this.#logger.warn({ row }, `a row of the kind ${kind} is left out, and so are others like it: ${reason}`);
    }
  }
}
