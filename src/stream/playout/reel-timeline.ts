import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import type { ReelFormat, ReelJob } from '../../reels/reel-job.ts';
import { type Airing, reelSegmentAt } from '../../schedule/airing.ts';
import type { ProgrammeWindow } from '../plan/programme-window.ts';
import type { Splicer } from './splicer.ts';

export interface ReelTimelineOptions {
  /** With the encoder that the rendition began with. */
  readonly format: ReelFormat;
  readonly window: ProgrammeWindow;
  readonly splicer: Pick<Splicer, 'jobOf' | 'has'>;
}

/** Where a segment of a rendition comes from. */
export interface ReelPlace {
  readonly job: ReelJob;
  readonly airing: Airing;
  readonly reelSegment: number;
}

/**
 * Which reel segment is aired as segment n of a rendition. Once an encoder fails on air, all that it has not developed
 * comes from the software encoder, for as long as the rendition lives.
 */
export class ReelTimeline {
  readonly #options: ReelTimelineOptions;
  #softwareFrom = Infinity;

  constructor(options: ReelTimelineOptions) {
    this.#options = options;
  }

  encoderAt(segment: number): EncoderFamily {
    return segment < this.#softwareFrom ? this.#options.format.encoder : 'none';
  }

  /** The encoder of all that is still to be developed. */
  get newestEncoder(): EncoderFamily {
    return this.hasFallenBack ? 'none' : this.#options.format.encoder;
  }

  get hasFallenBack(): boolean {
    return this.#softwareFrom < Infinity;
  }

  /** True where one encoder's segments meet another's. */
  isEncoderChange(segment: number): boolean {
    return segment === this.#softwareFrom;
  }

  formatAt(segment: number): ReelFormat {
    return { ...this.#options.format, encoder: this.encoderAt(segment) };
  }

  /** Undefined where no item is planned, or one that cannot be read. */
  placeOf(segment: number): ReelPlace | undefined {
    const planned = this.#options.window.at(segment);
    const job = planned?.item && this.#options.splicer.jobOf(planned.item, this.formatAt(segment));
    if (planned === undefined || job === undefined) return undefined;
    return { job, airing: planned.airing, reelSegment: reelSegmentAt(planned.airing, segment) };
  }

  /** The reels of segments from … until-1. */
  keysOf(from: number, until: number): ReadonlySet<string> {
    const keys = new Set<string>();
    for (let segment = from; segment < until; segment++) {
      const place = this.placeOf(segment);
      if (place !== undefined) keys.add(place.job.key);
    }
    return keys;
  }

  /** True when the reels of these segments are in the store. */
  isDeveloped(from: number, until: number): boolean {
    for (let segment = from; segment < until; segment++) {
      const place = this.placeOf(segment);
      if (place === undefined || !this.#options.splicer.has(place.job.key, place.reelSegment)) return false;
    }
    return true;
  }

  /** Takes the software encoder for what is not developed from segment n on; false where that is so already. */
  fallBack(segment: number): boolean {
    if (this.hasFallenBack || this.#options.format.encoder === 'none') return false;
    let from = segment;
    while (this.isDeveloped(from, from + 1)) from++;
    this.#softwareFrom = from;
    return true;
  }

  /** What the failed encoder had developed for segment n is lost: from there on it is software's. Says whether that changed anything. */
  loses(segment: number): boolean {
    if (!this.hasFallenBack || segment >= this.#softwareFrom) return false;
    this.#softwareFrom = segment;
    return true;
  }
}
