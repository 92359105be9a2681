import path from 'node:path';
import { z } from 'zod';
import type { Quality } from '../ffmpeg/quality.ts';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';

/** Where films and episodes come from. */
export type LibrarySource = { readonly kind: 'folder'; readonly path: string };

/** A folder's path, made absolute: the working directory may change, the folder may not. */
export const folder = z
  .string()
  .min(1)
  .transform((given) => path.resolve(given));

const FOLDER_SOURCE = /^folder:(.+)$/s;

export const librarySource = z
  .string()
  .regex(FOLDER_SOURCE)
  .transform((given): LibrarySource => ({
    kind: 'folder',
    path: path.resolve(FOLDER_SOURCE.exec(given)?.[1] ?? given),
  }));

/** An address of the web without query; a slash at its end is dropped, so that paths can be put behind it. */
export const baseUrl = z
  .url({ protocol: /^https?$/ })
  .regex(/^[^?#]*$/)
  .transform((given) => given.replace(/\/+$/, ''));

export const quality = z.enum(QUALITY_LEVELS);

export function uniqueHighestFirst(given: readonly Quality[]): Quality[] {
  return QUALITY_LEVELS.filter((level) => given.includes(level));
}

export const audioLanguage = z
  .string()
  .regex(/^[A-Za-z]{2,3}$/)
  .transform((code) => code.toLowerCase());

export const timeZone = z.string().refine(isTimeZone);

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
