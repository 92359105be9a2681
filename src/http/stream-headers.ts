export const HLS = 'application/vnd.apple.mpegurl';
export const MPEG_TS = 'video/MP2T';

/** A segment never changes, for as long as there is one. */
export function segmentCacheControl(lifetimeSeconds: number): string {
  return `public, max-age=${lifetimeSeconds}, immutable`;
}
