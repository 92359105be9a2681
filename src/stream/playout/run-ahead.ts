import { type Developer, TUNE_IN_PRESET, type Urgency } from '../../reels/developer.ts';
import { type Airing, reelSegmentAt } from '../../schedule/airing.ts';
import { type Grid, segmentsOf, segmentStartMs } from '../../schedule/grid.ts';
import type { ReelPlace, ReelTimeline } from './reel-timeline.ts';

/** What is on air so soon is developed before what is later. */
const SOON_SECONDS = 15;
/**
 * Seconds of item that the first run of a tune-in develops: with the fastest preset, and enough of them that whoever
 * watches them has something to watch until ffmpeg has started once more.
 */
const FIRST_RUN_SECONDS = 10;
/** And its second run, and those that follow. */
const SECOND_RUN_SECONDS = 30;
export const RUN_SECONDS = 120;

export interface RunAheadOptions {
  readonly grid: Grid;
  /** The effort of the software encoder, at this moment. */
  readonly preset: () => string;
  readonly timeline: ReelTimeline;
  readonly developer: Developer;
  /** The name of a showing, in which a reel may be given up. */
  readonly attempt: (airing: Airing) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Asks for the runs that develop what a rendition shows next: one at a time, in order, the first one short. */
export class RunAhead {
  readonly #options: RunAheadOptions;
  #runs = 0;

  constructor(options: RunAheadOptions) {
    this.#options = options;
  }

  /** What follows is a tune-in again. */
  restart(): void {
    this.#runs = 0;
  }

  /** Sees to it that segments from … until-1 are there, or that the first one missing is on its way. */
  ask(from: number, until: number, onAir: number): void {
    const { timeline, developer, attempt } = this.#options;
    for (let segment = from; segment < until;) {
      const place = timeline.placeOf(segment);
      if (place === undefined || timeline.isDeveloped(segment, segment + 1)) {
        segment++;
        continue;
      }
      if (timeline.loses(segment)) continue;
      const prospect = developer.prospect(place.job.key, place.reelSegment, attempt(place.airing));
      if (prospect === 'coming' || prospect === 'stalled') return;
      if (prospect === 'not asked for') {
        this.#develop(place, segment, onAir);
        return;
      }
      // This one failed: what follows it is prepared meanwhile.
      segment = place.airing.stopSegment;
    }
  }

  #develop({ job, airing, reelSegment }: ReelPlace, segment: number, onAir: number): void {
    const { grid, timeline, developer, attempt, now } = this.#options;
    const isFirst = this.#runs === 0 && segment <= onAir;
    const seconds = isFirst ? FIRST_RUN_SECONDS : this.#runs <= 1 ? SECOND_RUN_SECONDS : RUN_SECONDS;
    const last = reelSegmentAt(airing, airing.stopSegment);
    const isSoon = segmentStartMs(grid, segment) - now() < SOON_SECONDS * 1000;
    const urgency: Urgency = isFirst ? 'tune-in' : isSoon ? 'soon' : 'ahead';
    const isAsked = developer.develop(job, {
      from: reelSegment,
      until: Math.min(last, reelSegment + segmentsOf(grid, seconds)),
      urgency,
      airing: attempt(airing),
      preset: timeline.hasFallenBack ? TUNE_IN_PRESET : this.#options.preset(),
    });
    if (isAsked) this.#runs++;
  }
}
