/**
 * The `Last-Modified` of a change at `nowMs`, milliseconds since the epoch, after one at `lastMs`. Dates of HTTP have no
 * parts of a second (RFC 9110, 8.8.2): no two changes get the same one, so a later one of the same second gets the next.
 */
export function changeDateMs(lastMs: number, nowMs: number): number {
  return Math.max(Math.floor(nowMs / 1000) * 1000, lastMs + 1000);
}

/** As it may be sent: never a moment that is still to come. */
export function lastModifiedMs(changeMs: number, nowMs: number): number | undefined {
  return changeMs <= nowMs ? changeMs : undefined;
}
