/** A segment as a media playlist lists it. */
export interface ListedSegment {
  readonly sequence: number;
  readonly uri: string;
  readonly url: string;
  /** What EXTINF says. */
  readonly durationSeconds: number;
  /** Its own EXT-X-PROGRAM-DATE-TIME, milliseconds since the epoch. */
  readonly dateMs: number | undefined;
  /** EXT-X-DISCONTINUITY comes before it. */
  readonly discontinuity: boolean;
  /** How many discontinuities came before it since the playlist began. */
  readonly timeline: number;
  readonly byteRange: { readonly offset: number; readonly length: number } | undefined;
}

export function nameOf(segment: ListedSegment): string {
  return `segment ${segment.sequence} (${segment.uri})`;
}
