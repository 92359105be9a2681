import { AppError } from '../shared/errors.ts';

// Whatever a reader could take for the end of a line.
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** A URI line that cannot be read as a tag, a comment, an empty line or two lines. */
export function uriLine(path: string): string {
  if (path.trim() !== '' && path.trim() === path && !path.startsWith('#') && !CONTROL.test(path)) return path;
  throw new AppError(
    'invalid_playlist_value',
    `invalid path ${JSON.stringify(path)} in a playlist; use one line without control characters that does not start with #`,
  );
}

/** An attribute's quoted string (RFC 8216, 4.2). */
export function quotedString(value: string): string {
  if (value !== '' && !value.includes('"') && !CONTROL.test(value)) return `"${value}"`;
  throw new AppError(
    'invalid_playlist_value',
    `invalid value ${JSON.stringify(value)} in a playlist; leave out quotes and control characters`,
  );
}

/** A whole number from 0, as RFC 8216 writes sequence numbers. */
export function wholeNumber(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new AppError('invalid_playlist_value', `invalid ${name} ${value}; use a whole number from 0`);
}

/** A decimal without exponent and without needless zeros. */
export function decimal(name: string, value: number, digits: number): string {
  if (Number.isFinite(value) && Math.abs(value) < 1e15) return value.toFixed(digits).replace(/\.?0+$/, '');
  throw new AppError('invalid_playlist_value', `invalid ${name} ${value}; use a finite number`);
}
