import path from 'node:path';
import { z } from 'zod';
import { parseNetwork } from '../access/networks.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';

/** Where films and episodes come from: a folder of them, or the folder or database file of a media server. */
export interface LibrarySetting {
  readonly kind: 'folder' | 'jellyfin' | 'plex';
  readonly path: string;
}

/** A folder's path, made absolute: the working directory may change, the folder may not. */
export const folder = z
  .string()
  .min(1)
  .transform((given) => path.resolve(given));

export const librarySource = z.string().transform((given, context): LibrarySetting => {
  const [, named] = /^[a-z]+:(.+)$/s.exec(given) ?? [];
  for (const kind of ['folder', 'jellyfin', 'plex'] as const) {
    if (named !== undefined && given.startsWith(`${kind}:`)) return { kind, path: path.resolve(named) };
  }
  context.addIssue('no source of films');
  return z.NEVER;
});

const PATH_RULE = /^(.+?)=>(.+)$/s;

/** `/media=>/mnt/nas`: where the host sees a folder, and where that is on this machine. */
export const pathRule = z.string().transform((given, context) => {
  const [, from, to] = PATH_RULE.exec(given)?.map((part) => part.trim()) ?? [];
  if (from && to) return { from, to };
  context.addIssue('no rule');
  return z.NEVER;
});

/** An address of the web without query; a slash at its end is dropped, so that paths can be put behind it. */
export const baseUrl = z
  .url({ protocol: /^https?$/ })
  .regex(/^[^?#]*$/)
  .transform((given) => given.replace(/\/+$/, ''));

/** What a header can carry as it is; `off` for none. */
export const apiKey = z.string().regex(/^(?:off|[!-~]{16,200})$/);

/** `192.168.1.0/24`, or one address. */
export const network = z.string().transform((given, context) => {
  const parsed = parseNetwork(given);
  if (parsed !== undefined) return parsed;
  context.addIssue('no network');
  return z.NEVER;
});

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

/** One more HDHomeRun: where it listens, what it is called, and which channels it has. */
export interface TunerDeviceSetting {
  readonly port: number;
  readonly name: string;
  /** First and last number of each range. */
  readonly ranges: readonly (readonly [number, number])[];
}

const TUNER_DEVICE = /^(\d{1,5})=([^:]+):\s*(\d+(?:-\d+)?(?:\s+\d+(?:-\d+)?)*)$/;

/** `8766=Children:1 4 7-9`. */
export const tunerDevice = z.string().transform((given, context): TunerDeviceSetting => {
  const [, port = '', name = '', numbers = ''] = TUNER_DEVICE.exec(given.trim()) ?? [];
  const ranges = numbers.split(/\s+/).map((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return [from, to] as const;
  });
  if (Number(port) >= 1 && Number(port) <= 65_535 && name.trim() !== '' && ranges.every(([from, to]) => from <= to)) {
    return { port: Number(port), name: name.trim(), ranges };
  }
  context.addIssue('no device');
  return z.NEVER;
});
