import { z } from 'zod';

const ERROR = 'use the cursor of the page before, with the same sort and order';

/** What a page ended with, as clients hand it back for the next page. */
export function cursorText(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Reads what `cursorText` has written. */
export function cursor<T>(schema: z.ZodType<T>) {
  return z.string({ error: ERROR }).transform((given, context): T => {
    try {
      const parsed = schema.safeParse(JSON.parse(Buffer.from(given, 'base64url').toString()));
      if (parsed.success) return parsed.data;
    } catch {
      // No cursor of ours.
    }
    context.addIssue(ERROR);
    return z.NEVER;
  });
}
