import type { ErrorCode } from '../shared/errors.ts';
import { AppError } from '../shared/errors.ts';

/** A line of a playlist that is neither empty nor a comment. */
export type PlaylistLine = { readonly number: number } & (
  | { readonly kind: 'tag'; readonly tag: string; readonly value: string }
  | { readonly kind: 'uri'; readonly uri: string }
);

/** The tags and URIs of a playlist in order (RFC 8216, 4.1), once its first line is known to be #EXTM3U. */
export function readPlaylistLines(content: string): PlaylistLine[] {
  const texts = content.split(/\r?\n/);
  if (texts[0] !== '#EXTM3U') {
    throw new AppError(
      'missing_required_tag',
      'missing required HLS tag #EXTM3U; line 1 must be that tag and nothing else',
    );
  }
  return texts.flatMap((text, index) => readLine(text, index + 1));
}

/** The value of a tag that a playlist must have, once. */
export function requireTag(lines: readonly PlaylistLine[], tag: string): { number: number; value: string } {
  const [first, second] = lines.filter((line) => line.kind === 'tag' && line.tag === tag);
  if (first?.kind !== 'tag') throw new AppError('missing_required_tag', `missing required HLS tag ${tag}; add it`);
  if (second)
    throw playlistError(
      'invalid_playlist_value',
      second.number,
      tag,
      `is there a second time; line ${first.number} has it`,
    );
  return first;
}

/** The whole number that a tag must have. */
export function requireNumber(lines: readonly PlaylistLine[], tag: string): number {
  const { number, value } = requireTag(lines, tag);
  if (/^\d{1,20}$/.test(value)) return Number(value);
  throw playlistError('invalid_playlist_value', number, tag, `is "${value}"; it must be a whole number`);
}

/** Refuses a tag that belongs into the other kind of playlist (RFC 8216, 4.3.3 and 4.3.4). */
export function refuseTags(lines: readonly PlaylistLine[], tags: readonly string[], reason: string): void {
  for (const line of lines) {
    if (line.kind === 'tag' && tags.includes(line.tag)) {
      throw playlistError('invalid_playlist_value', line.number, line.tag, reason);
    }
  }
}

/** An error that names line and tag. */
export function playlistError(code: ErrorCode, number: number, tag: string, fault: string): AppError {
  const sentence = code === 'missing_required_tag' ? 'missing required HLS tag or attribute: ' : '';
  return new AppError(code, `${sentence}line ${number}: ${tag} ${fault}`);
}

function readLine(text: string, number: number): PlaylistLine[] {
  if (text.trim() === '') return [];
  if (!text.startsWith('#')) return [{ kind: 'uri', number, uri: text }];
  if (!text.startsWith('#EXT')) return [];
  const colon = text.indexOf(':');
  if (colon < 0) return [{ kind: 'tag', number, tag: text, value: '' }];
  return [{ kind: 'tag', number, tag: text.slice(0, colon), value: text.slice(colon + 1) }];
}
