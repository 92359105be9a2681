/** One showing of an item: segments startSegment … stopSegment-1 of the channel's clock. */
export interface Airing {
  readonly channelId: string;
  readonly startSegment: number;
  /** The first segment that is no longer this airing's. */
  readonly stopSegment: number;
  readonly itemId: string;
  /** The reel segment that is shown at startSegment; later ones follow one by one. */
  readonly reelStart: number;
}

/** The reel segment that an airing shows at segment n. */
export function reelSegmentAt(airing: Airing, segment: number): number {
  return airing.reelStart + segment - airing.startSegment;
}

/** The airing on air at segment n among airings in order, or undefined where nothing is planned. */
export function airingAt(airings: readonly Airing[], segment: number): Airing | undefined {
  let low = 0;
  let high = airings.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const airing = airings[middle];
    if (airing === undefined || segment < airing.startSegment) high = middle - 1;
    else if (segment >= airing.stopSegment) low = middle + 1;
    else return airing;
  }
  return undefined;
}
