import { AppError } from '../shared/errors.ts';
import { decimal, uriLine, wholeNumber } from './playlist-value.ts';
import type { MediaPlaylist, MediaPlaylistConfig, Segment } from './types.ts';
import { PLAYLIST_TYPES, PLAYLIST_TYPE_VOD } from './types.ts';

/** The text of a media playlist (RFC 8216, 4.3.3): the last `maxSegments` of the segments, numbered on. */
export function generateMediaPlaylist(segments: readonly Segment[], config: MediaPlaylistConfig): string {
  return renderMediaPlaylist(slideWindow(segments, config));
}

function slideWindow(segments: readonly Segment[], config: MediaPlaylistConfig): MediaPlaylist {
  const { maxSegments = 0, discontinuitySequence = 0 } = config;
  const dropCount = maxSegments > 0 ? Math.max(0, segments.length - maxSegments) : 0;
  const dropped = segments.slice(0, dropCount);
  return {
    targetDuration: targetDuration(segments, config),
    mediaSequence: config.mediaSequence + dropCount,
    discontinuitySequence: discontinuitySequence + dropped.filter((segment) => segment.discontinuity).length,
    segments: segments.slice(dropCount),
    playlistType: config.playlistType,
    startOffset: config.startOffset,
    isComplete: config.isComplete,
  };
}

function targetDuration(segments: readonly Segment[], config: MediaPlaylistConfig): number {
  if (config.targetDuration) return wholeNumber('target duration', config.targetDuration);
  const longest = Math.max(0, ...segments.map(({ duration }) => duration));
  return Math.max(1, Math.ceil(longest));
}

function renderMediaPlaylist(playlist: MediaPlaylist): string {
  const { playlistType, startOffset } = playlist;
  const discontinuitySequence = wholeNumber('discontinuity sequence', playlist.discontinuitySequence);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${playlist.targetDuration}`,
    `#EXT-X-MEDIA-SEQUENCE:${wholeNumber('media sequence', playlist.mediaSequence)}`,
  ];
  if (discontinuitySequence > 0) lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`);
  if (playlistType !== undefined) lines.push(`#EXT-X-PLAYLIST-TYPE:${checkPlaylistType(playlistType)}`);
  if (startOffset !== undefined) lines.push(`#EXT-X-START:TIME-OFFSET=${decimal('start offset', startOffset, 3)}`);
  lines.push(...playlist.segments.flatMap(segmentLines));
  if (playlistType === PLAYLIST_TYPE_VOD || playlist.isComplete === true) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

function segmentLines(segment: Segment): string[] {
  const lines: string[] = [];
  if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
  if (segment.programDateTime !== undefined) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${dateTime(segment.programDateTime)}`);
  }
  lines.push(`#EXTINF:${seconds(segment.duration)},`, uriLine(segment.path));
  return lines;
}

/** Up to six decimals; a whole number keeps one ("6.0"), so that it reads as the decimal it is. */
function seconds(duration: number): string {
  if (!(duration > 0)) {
    throw new AppError('invalid_segment_duration', `segment duration must be positive; got ${duration} seconds`);
  }
  const text = decimal('segment duration', duration, 6);
  return text.includes('.') ? text : `${text}.0`;
}

function dateTime(epochMs: number): string {
  const date = new Date(Math.round(epochMs));
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new AppError('invalid_playlist_value', `invalid date ${epochMs}; use milliseconds since the epoch`);
}

// Callers without types, and settings, can still bring another word.
function checkPlaylistType(value: string): string {
  if (PLAYLIST_TYPES.some((type) => type === value)) return value;
  throw new AppError(
    'invalid_playlist_type',
    `invalid playlist type (must be EVENT or VOD): ${JSON.stringify(value)}; leave it out for a live playlist`,
  );
}
