import { LONG_AGO, readListedBefore } from '../../playlist/listed-before.ts';

/**
 * Times of more than this later may have gone round (33 bits of 90 kHz, 26.5 hours): a player could take them for earlier
 * ones.
 */
const FARTHEST_SECONDS = 6 * 3600;

/** What players were told by a rendition's playlists: up to which segment, and where one does not follow the one before. */
export class Listed {
  readonly #segmentSeconds: number;
  /** The last segment that was ever listed. */
  #last = -1;
  #discontinuities: readonly number[] = [];

  constructor(segmentSeconds: number) {
    this.#segmentSeconds = segmentSeconds;
  }

  /** Segments that do not follow what was listed before them. */
  get discontinuities(): readonly number[] {
    return this.#discontinuities;
  }

  /** Goes on from the playlist that an earlier process has written. */
  recall(playlist: string): void {
    const before = readListedBefore(playlist);
    if (before === undefined) return;
    this.#last = before.last;
    this.#discontinuities = before.discontinuities;
  }

  /** The playlist lists segments up to this one. */
  tell(last: number): void {
    this.#last = Math.max(this.#last, last);
  }

  /** This segment, which is still to be listed, does not follow the one before. */
  breakAt(segment: number): void {
    this.#discontinuities = [...this.#discontinuities, segment];
  }

  /**
   * Begins anew at a segment, and says whether its number is beyond all that were listed. Where only time was left out,
   * nothing tells of it: numbers and times have gone on as they have for a player that was away for so long, and hls.js,
   * when it wakes up with the machine, waits for ever behind a discontinuity that it has not seen come. Else players that
   * go on meet one there, also those that go on where numbers and times go back, since they were set back: hls.js does
   * after having been sent away. `isSameEncoder`: as before.
   */
  beginAnewAt(segment: number, { isSameEncoder }: { readonly isSameEncoder: boolean }): boolean {
    const goesOn = segment > this.#last;
    const isNear = (segment - this.#last) * this.#segmentSeconds < FARTHEST_SECONDS;
    const met = this.#discontinuities.filter((at) => at <= this.#last);
    const isToldAlready = met.length === this.#discontinuities.length;
    const isSeamless = goesOn && isNear && isSameEncoder && isToldAlready;
    const before = goesOn ? met : met.map(() => LONG_AGO);
    this.#discontinuities = this.#last >= 0 && !isSeamless ? [...before, segment] : before;
    this.#last = Math.min(this.#last, segment - 1);
    return goesOn;
  }
}
