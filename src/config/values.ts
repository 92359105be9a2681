import path from 'node:path';
import { z } from 'zod';
import { parseNetwork } from '../access/networks.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';
import { isTimeZone } from '../shared/time-zone.ts';

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
  const kind = (['folder', 'jellyfin', 'plex'] as const).find((one) => given.startsWith(`${one}:`));
  const named = kind === undefined ? '' : given.slice(kind.length + 1);
  if (kind !== undefined && named !== '' && !isAddress(named)) return { kind, path: path.resolve(named) };
  const isOneGiven = isAddress(named) || /^(?:[a-z]+:\/\/|\\\\)/i.test(given);
  context.addIssue({ code: 'custom', params: isOneGiven ? { advice: NO_FOLDER } : {} });
  return z.NEVER;
});

const NO_FOLDER =
  'an address is no folder: name the folder of the media server where it is on this machine; of a server on another ' +
  'machine, mount the videos and name them as folder:/path';
/** `http://nas`, `nas:/srv`, `//192.168.1.5:8096`, `nas:8096`; a drive of Windows has one letter. */
const ADDRESS = /^(?:\/\/)?[^/\\]{2,}:(?:[/\\]|\d{2,5}(?:\/|$))/;

/** What names another machine, and would be taken for a folder below the working directory. */
function isAddress(named: string): boolean {
  return ADDRESS.test(named) || (path.sep === '/' && named.startsWith('\\\\'));
}

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
