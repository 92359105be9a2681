import type { Developer } from '../../reels/developer.ts';
import type { Airing } from '../../schedule/airing.ts';
import { type Grid, segmentStartMs } from '../../schedule/grid.ts';
import type { PlannedAiring, ProgrammeWindow } from '../plan/programme-window.ts';
import type { ReelPlace, ReelTimeline } from './reel-timeline.ts';
import type { Slate } from '../cards/slate.ts';
import type { Content, Splicer } from './splicer.ts';

/** How long before its time a segment must be in the tree for players to go on without a stop. */
const LAST_MOMENT_MS = 700;

/** What a published segment shows. */
export type Shows =
  | { readonly kind: 'item'; readonly title: string }
  | { readonly kind: 'card'; readonly cause: SlateCause; readonly why: string };

/** Why a card is shown, of few kinds. */
export type SlateCause = 'nothing_planned' | 'unreadable' | 'given_up' | 'being_retried' | 'slow_start';

type WhyCard = Omit<Shows & { kind: 'card' }, 'kind'>;

export interface ScreenOptions {
  readonly grid: Grid;
  readonly window: ProgrammeWindow;
  readonly timeline: ReelTimeline;
  readonly splicer: Splicer;
  readonly developer: Developer;
  readonly slate: Slate;
  readonly lookAgain: (itemId: string) => void;
  /** The name of a showing, in which a reel may be given up; without an airing, of what is on air. */
  readonly attempt: (airing?: Airing) => string;
  /** Somebody watches. */
  readonly isWatched: () => boolean;
  /** Viewers have waited too long for the first picture of the item. */
  readonly isSlowStart: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Decides what a segment shows: its item, or a card when the item cannot be had in time. */
export class Screen {
  readonly #options: ScreenOptions;

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /** Undefined as long as the item may still come in time, or the card is not ready. */
  async at(segment: number): Promise<{ readonly content: Content; readonly shows: Shows } | undefined> {
    const { grid, window, timeline, splicer, slate, attempt } = this.#options;
    const planned = window.at(segment);
    const following = window.at(segment + 1)?.airing;
    const place = timeline.placeOf(segment);
    if (planned?.item !== undefined && place !== undefined) {
      const content = await splicer.itemContent(segment, place.job, planned.airing, following);
      if (content !== undefined) return { content, shows: { kind: 'item', title: planned.item.title } };
    }
    const why = this.#whyCard(segment, planned, place);
    if (why === undefined) return undefined;
    const bytes = await slate.bytes(segment, attempt(), { isStarting: why.cause === 'slow_start' });
    if (bytes === undefined) return undefined;
    const content = splicer.cardContent(grid, segment, bytes, planned?.airing, following);
    // What is planned is no trouble.
    if (planned !== undefined && planned.item === undefined)
      return { content, shows: { kind: 'item', title: 'a card' } };
    return { content, shows: { kind: 'card', ...why, ...this.#reasonOf(place) } };
  }

  #whyCard(segment: number, planned: PlannedAiring | undefined, place: ReelPlace | undefined): WhyCard | undefined {
    const { grid, developer, lookAgain, attempt, isWatched, isSlowStart, now } = this.#options;
    if (planned === undefined) return { cause: 'nothing_planned', why: 'nothing is planned' };
    if (planned.item === undefined) return { cause: 'nothing_planned', why: 'a card is planned' };
    if (place === undefined) {
      lookAgain(planned.item.id);
      return { cause: 'unreadable', why: planned.item.problem ?? 'the file cannot be read' };
    }
    const prospect = developer.prospect(place.job.key, place.reelSegment, attempt(place.airing));
    if (prospect === 'given up') return { cause: 'given_up', why: 'the item cannot be had' };
    if (!isWatched() || now() < segmentStartMs(grid, segment) - LAST_MOMENT_MS) return undefined;
    if (prospect === 'stalled' || prospect === 'waiting to retry')
      return { cause: 'being_retried', why: 'the item is being fetched again' };
    return isSlowStart() ? { cause: 'slow_start', why: 'the item takes long to begin' } : undefined;
  }

  /** What ffmpeg said of it says more. */
  #reasonOf(place: ReelPlace | undefined): { readonly why?: string } {
    const why = place && this.#options.developer.reasonOf(place.job.key);
    return why === undefined ? {} : { why };
  }
}
