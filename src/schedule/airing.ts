/** Segments startSegment … stopSegment-1 of a channel's clock, and what is shown in them. */
interface Span {
  readonly channelId: string;
  readonly startSegment: number;
  /** The first segment that is no longer this airing's. */
  readonly stopSegment: number;
  /** The reel segment that is shown at startSegment, later ones follow one by one; 0 for a card. */
  readonly reelStart: number;
  /**
   * The first segment of the block that it was planned in: a programme with all its parts, what is shown between them and
   * what follows it up to the next one.
   */
  readonly block: number;
}

/** One showing of an item, or a part of it: all parts of one showing are in one block. */
export interface ProgrammeAiring extends Span {
  readonly kind: 'programme';
  readonly itemId: string;
  /** The daypart that it was planned for; "" is the default. */
  readonly strand: string;
}

/** Something short between programmes or in the middle of one. */
export interface FillerAiring extends Span {
  readonly kind: 'filler';
  readonly itemId: string;
}

/** A card: until the next programme begins, or because nothing is on. */
export interface CardAiring extends Span {
  readonly kind: 'card' | 'off-air';
}

export type ItemAiring = ProgrammeAiring | FillerAiring;
export type Airing = ItemAiring | CardAiring;

/** True for what shows an item. */
export function showsItem(airing: Airing): airing is ItemAiring {
  return airing.kind === 'programme' || airing.kind === 'filler';
}

/** When something is shown, and which part of it: all that counting its segments takes. */
export type Showing = Pick<Span, 'startSegment' | 'stopSegment' | 'reelStart'>;

/** The reel segment that an airing shows at segment n. */
export function reelSegmentAt(airing: Pick<Showing, 'startSegment' | 'reelStart'>, segment: number): number {
  return airing.reelStart + segment - airing.startSegment;
}

/** The airing on air at segment n among airings in order, or undefined where nothing is planned. */
export function airingAt<T extends Pick<Showing, 'startSegment' | 'stopSegment'>>(
  airings: readonly T[],
  segment: number,
): T | undefined {
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
