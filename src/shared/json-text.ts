import { z } from 'zod';

/** JSON as a database keeps it, read; to be piped on into what it should be. Throws a `SyntaxError` for what is none. */
export const jsonText = z.string().transform((text): unknown => JSON.parse(text));
