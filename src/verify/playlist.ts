import { Parser } from 'm3u8-parser';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import type { ListedSegment } from './segment.ts';

const manifest = z.object({
  mediaSequence: z.number().default(0),
  targetDuration: z.number().optional(),
  endList: z.boolean().default(false),
  playlistType: z.string().optional(),
  segments: z.array(
    z.object({
      uri: z.string(),
      duration: z.number().default(0),
      dateTimeString: z.string().optional(),
      discontinuity: z.boolean().default(false),
      timeline: z.number().default(0),
      byterange: z.object({ offset: z.number(), length: z.number() }).optional(),
      map: z.unknown().optional(),
      key: z.unknown().optional(),
    }),
  ),
  playlists: z
    .array(
      z.object({
        uri: z.string(),
        attributes: z
          .object({
            BANDWIDTH: z.number().optional(),
            RESOLUTION: z.object({ width: z.number(), height: z.number() }).optional(),
          })
          .default({}),
      }),
    )
    .default([]),
});

export interface MediaPlaylist {
  readonly kind: 'media';
  readonly mediaSequence: number;
  readonly targetSeconds: number | undefined;
  readonly isEnded: boolean;
  readonly type: string | undefined;
  readonly segments: readonly ListedSegment[];
}

export interface MasterPlaylist {
  readonly kind: 'master';
  /** The first variant: where it is, and what the master says of it. */
  readonly variant: { readonly url: string; readonly description: string };
}

/** Reads a playlist of either kind; `url` is where it was found in the end, redirects followed. */
export function parsePlaylist(text: string, url: string): MediaPlaylist | MasterPlaylist {
  if (!text.startsWith('#EXTM3U')) throw unreadable(url, 'is not a playlist: it does not begin with #EXTM3U');
  const parser = new Parser();
  parser.push(text);
  parser.end();
  const parsed = manifest.safeParse(parser.manifest);
  if (!parsed.success) throw unreadable(url, 'is not a playlist that can be understood', parsed.error);
  const { playlists, segments, mediaSequence, ...rest } = parsed.data;
  const [first] = playlists;
  if (first !== undefined) {
    const { RESOLUTION, BANDWIDTH } = first.attributes;
    const size = RESOLUTION === undefined ? [] : [`${RESOLUTION.width}x${RESOLUTION.height}`];
    const rate = BANDWIDTH === undefined ? [] : [`${Math.round(BANDWIDTH / 1000)} kbit/s`];
    const description = `${[...size, ...rate, first.uri].join(', ')} (the first of ${playlists.length})`;
    return { kind: 'master', variant: { url: resolve(first.uri, url), description } };
  }
  const isForeign = segments.some((segment) => segment.map !== undefined);
  if (isForeign) throw unreadable(url, 'lists fragmented MP4; only MPEG-TS segments can be judged');
  if (segments.some((segment) => segment.key !== undefined)) throw unreadable(url, 'lists encrypted segments');
  return {
    kind: 'media',
    mediaSequence,
    targetSeconds: rest.targetDuration,
    isEnded: rest.endList,
    type: rest.playlistType,
    segments: segments.map((segment, index) => ({
      sequence: mediaSequence + index,
      uri: segment.uri,
      url: resolve(segment.uri, url),
      durationSeconds: segment.duration,
      dateMs: parseDate(segment.dateTimeString),
      discontinuity: segment.discontinuity,
      timeline: segment.timeline,
      byteRange: segment.byterange,
    })),
  };
}

function parseDate(text = ''): number | undefined {
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

function resolve(uri: string, base: string): string {
  try {
    return new URL(uri, base).href;
  } catch (error) {
    throw unreadable(base, `lists "${uri}", which is no address`, error);
  }
}

function unreadable(url: string, what: string, cause?: unknown): AppError {
  return new AppError('source_unreadable', `${url} ${what}`, { cause });
}
