import { AppError } from '../shared/errors.ts';
import type { PlaylistLine } from './playlist-lines.ts';
import { playlistError, readPlaylistLines, refuseTags, requireNumber, requireTag } from './playlist-lines.ts';
import { PLAYLIST_TYPES } from './types.ts';

const STREAM_INF = '#EXT-X-STREAM-INF';
const EXTINF = '#EXTINF';

const MEDIA_TAGS = [EXTINF, '#EXT-X-TARGETDURATION', '#EXT-X-MEDIA-SEQUENCE', '#EXT-X-PLAYLIST-TYPE', '#EXT-X-ENDLIST'];
const MASTER_TAGS = [STREAM_INF, '#EXT-X-MEDIA', '#EXT-X-I-FRAME-STREAM-INF', '#EXT-X-SESSION-DATA'];

/** Throws what is wrong with a master playlist (RFC 8216, 4.3.4), with line and tag; returns when nothing is. */
export function validateMasterPlaylist(content: string): void {
  const lines = readPlaylistLines(content);
  requireNumber(lines, '#EXT-X-VERSION');
  refuseTags(lines, MEDIA_TAGS, 'belongs into a media playlist, not into a master playlist');
  const described = uriDescriptions(lines, STREAM_INF);
  if (described.length === 0) {
    throw new AppError('missing_required_tag', `missing required HLS tag ${STREAM_INF}; list at least one variant`);
  }
  for (const { number, value } of described) checkStreamInf(number, value);
}

/** Throws what is wrong with a media playlist (RFC 8216, 4.3.3), with line and tag; returns when nothing is. */
export function validateMediaPlaylist(content: string): void {
  const lines = readPlaylistLines(content);
  const version = requireNumber(lines, '#EXT-X-VERSION');
  const targetDuration = requireNumber(lines, '#EXT-X-TARGETDURATION');
  requireNumber(lines, '#EXT-X-MEDIA-SEQUENCE');
  refuseTags(lines, MASTER_TAGS, 'belongs into a master playlist, not into a media playlist');
  checkPlaylistType(lines);
  const described = uriDescriptions(lines, EXTINF);
  checkSequenceComesFirst(lines, described[0]?.number);
  for (const { number, value } of described) checkExtinf(number, value, { version, targetDuration });
}

/** The tag before each URI: every URI has one, every such tag has a URI. */
function uriDescriptions(lines: readonly PlaylistLine[], tag: string): { number: number; value: string }[] {
  const described = [];
  let open: { number: number; value: string } | undefined;
  for (const line of lines) {
    if (line.kind === 'uri') {
      if (!open) throw playlistError('missing_required_tag', line.number, tag, `must stand before "${line.uri}"`);
      described.push(open);
      open = undefined;
    } else if (line.tag === tag) {
      if (open) throw playlistError('invalid_playlist_value', open.number, tag, 'has no URI after it');
      open = line;
    }
  }
  if (open) throw playlistError('invalid_playlist_value', open.number, tag, 'has no URI after it');
  return described;
}

function checkStreamInf(number: number, value: string): void {
  const attributes = new Map(
    [...value.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g)].map(([, name, text]) => [name, text]),
  );
  const bandwidth = attributes.get('BANDWIDTH');
  const resolution = attributes.get('RESOLUTION');
  if (bandwidth === undefined) throw playlistError('missing_required_tag', number, STREAM_INF, 'has no BANDWIDTH');
  if (resolution === undefined) throw playlistError('missing_required_tag', number, STREAM_INF, 'has no RESOLUTION');
  if (!/^0*[1-9]\d*$/.test(bandwidth)) {
    throw playlistError(
      'invalid_bandwidth',
      number,
      STREAM_INF,
      `has BANDWIDTH ${bandwidth}; bandwidth must be positive`,
    );
  }
  if (!/^\d+x\d+$/.test(resolution)) {
    throw playlistError(
      'invalid_resolution',
      number,
      STREAM_INF,
      `has RESOLUTION ${resolution}; write it as 1920x1080`,
    );
  }
}

function checkExtinf(number: number, value: string, limits: { version: number; targetDuration: number }): void {
  const duration = /^(\d+(\.\d+)?)(,|$)/.exec(value);
  if (!duration) {
    throw playlistError('invalid_segment_duration', number, EXTINF, `has no duration in "${value}"; write it as 6.0`);
  }
  const [, seconds, fraction] = duration;
  if (fraction !== undefined && limits.version < 3) {
    throw playlistError('invalid_segment_duration', number, EXTINF, 'has a fraction, which needs #EXT-X-VERSION 3');
  }
  if (Math.round(Number(seconds)) > limits.targetDuration) {
    const fault = `lasts ${seconds} s, longer than #EXT-X-TARGETDURATION ${limits.targetDuration}`;
    throw playlistError('invalid_segment_duration', number, EXTINF, fault);
  }
}

function checkPlaylistType(lines: readonly PlaylistLine[]): void {
  const tag = '#EXT-X-PLAYLIST-TYPE';
  if (!lines.some((line) => line.kind === 'tag' && line.tag === tag)) return;
  const { number, value } = requireTag(lines, tag);
  if (PLAYLIST_TYPES.some((type) => type === value)) return;
  throw playlistError(
    'invalid_playlist_type',
    number,
    tag,
    `is "${value}": invalid playlist type (must be EVENT or VOD)`,
  );
}

function checkSequenceComesFirst(lines: readonly PlaylistLine[], firstSegmentLine = Number.POSITIVE_INFINITY): void {
  const { number } = requireTag(lines, '#EXT-X-MEDIA-SEQUENCE');
  if (number < firstSegmentLine) return;
  throw playlistError('invalid_playlist_value', number, '#EXT-X-MEDIA-SEQUENCE', 'must stand before the first segment');
}
