import { inspect } from 'node:util';
import { AppError, messageOf } from '../shared/errors.ts';

/** A failure as a person reads it: one sentence and its code; where it came from only while debugging. */
export function renderError(error: unknown, options: { readonly debug: boolean }): string {
  const sentence = error instanceof AppError ? `${error.message} (${error.code})` : messageOf(error);
  return options.debug ? `sidecast: ${sentence}\n${inspect(error)}\n` : `sidecast: ${sentence}\n`;
}
