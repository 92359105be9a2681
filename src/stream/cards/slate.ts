import type { CardText } from '../../drawing/card.ts';
import type { ReelFormat } from '../../reels/reel-job.ts';
import { type Grid, segmentStartMs } from '../../schedule/grid.ts';
import { offAirText, slateText, startingText } from './card-text.ts';
import type { Cards } from './cards.ts';
import type { PlannedAiring, ProgrammeWindow } from '../plan/programme-window.ts';

export interface SlateOptions {
  readonly grid: Grid;
  readonly formatAt: (segment: number) => ReelFormat;
  readonly window: ProgrammeWindow;
  readonly cards: Cards;
  readonly channelName: () => string;
  /** An IANA name. */
  readonly timeZone: () => string;
  /** False for what could not be had when it was tried last. */
  readonly canBeHad: (planned: PlannedAiring) => boolean;
}

/**
 * The card that a rendition shows where its item cannot be had: it says what is next. That is drawn only when it is
 * needed, since it is another one for each programme; one that fits at any time is at hand until it is ready.
 */
export class Slate {
  readonly #options: SlateOptions;

  constructor(options: SlateOptions) {
    this.#options = options;
  }

  /** Has the card that fits at any time developed. Without need, its failure is none. */
  async prepare(segment: number, attempt: string): Promise<void> {
    const { cards, formatAt } = this.#options;
    await cards.prepare(this.#standby(), formatAt(segment), attempt).catch(() => {});
  }

  /** The card's one reel segment, or that of the other one. Undefined where none is ready; throws where there is no hope. */
  async bytes(
    segment: number,
    attempt: string,
    { isStarting }: { readonly isStarting: boolean },
  ): Promise<Buffer | undefined> {
    const { cards, formatAt, window, channelName } = this.#options;
    const format = formatAt(segment);
    const title = window.at(segment)?.item?.title;
    const text = isStarting && title !== undefined ? startingText(channelName(), title) : this.#textAt(segment);
    const wanted = cards.bytes(text, format, attempt);
    const bytes = (await wanted.catch(() => undefined)) ?? (await cards.bytes(this.#standby(), format, attempt));
    if (bytes !== undefined) return bytes;
    // Throws where it cannot be drawn.
    await wanted;
    const problem = await cards.problem(text, format, attempt);
    if (problem !== undefined) throw new Error(`not even a card can be made: ${problem}`);
    return undefined;
  }

  #standby(): CardText {
    return slateText(this.#options.channelName(), undefined, this.#options.timeZone());
  }

  #textAt(segment: number): CardText {
    const { window, channelName, timeZone, canBeHad, grid } = this.#options;
    const later = window.from(segment).filter(({ airing }) => airing.startSegment > segment);
    const next = later.find((planned) => planned.airing.kind === 'programme' && canBeHad(planned));
    const upcoming = next?.item && {
      title: next.item.title,
      startMs: segmentStartMs(grid, next.airing.startSegment),
    };
    const isOffAir = window.at(segment)?.airing.kind === 'off-air';
    if (isOffAir && upcoming === undefined) return offAirText(channelName());
    return slateText(channelName(), upcoming, timeZone());
  }
}
