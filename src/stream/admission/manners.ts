import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import type { EncodersHere } from '../../reels/encoders-here.ts';
import type { Grid } from '../../schedule/grid.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Candidate } from './admission.ts';
import { type CandidateTools, candidatesFor, reelFacts } from './candidates.ts';
import type { ProgrammeWindow } from '../plan/programme-window.ts';
import { type Manner, workToDo } from './work-to-do.ts';
import { secondsAhead, type Work, type Workload } from './workload.ts';

/** For how long the work that a rendition means is taken for known. */
const WORK_KEPT_MS = 1_000;

export interface MannersTools extends CandidateTools {
  readonly encoders: EncodersHere;
  readonly aheadSeconds: number;
  readonly clock: Clock;
}

interface MannersOptions {
  readonly grid: Grid;
  readonly window: ProgrammeWindow;
  readonly tools: MannersTools;
  /** The encoder of the newest segment of a quality that is on air. */
  readonly newestEncoder: (quality: Quality) => EncoderFamily | undefined;
}

/** How each rendition of a channel is developed, and the work that this means. */
export class Manners {
  readonly #options: MannersOptions;
  readonly #chosen = new Map<Quality, Manner>();
  readonly #work = new Map<Quality, { readonly atMs: number; readonly work: readonly Work[] }>();

  constructor(options: MannersOptions) {
    this.#options = options;
  }

  /** The ways in which a quality could be developed: one that is on air keeps its encoder. */
  candidates(quality: Quality): Candidate[] {
    const { grid, window, tools } = this.#options;
    const onAir = this.#encoderNow(quality);
    const encoders = onAir === undefined ? tools.encoders.usable : [onAir];
    return candidatesFor(window, { grid, quality, encoders, nowMs: tools.clock.now() }, tools);
  }

  choose(quality: Quality, manner: Manner): void {
    this.#chosen.set(quality, manner);
    this.#work.delete(quality);
  }

  forget(quality: Quality): void {
    this.#chosen.delete(quality);
    this.#work.delete(quality);
  }

  /** As it was chosen. */
  of(quality: Quality): Manner {
    const { grid, tools } = this.#options;
    const [encoder] = tools.encoders.usable;
    return this.#chosen.get(quality) ?? { format: { grid, quality, encoder }, preset: tools.preset };
  }

  workload(quality: Quality): Workload {
    return { encoder: this.#encoderNow(quality) ?? 'none', work: this.#workOf(quality) };
  }

  /** How far ahead it has to be developed. */
  secondsAhead(quality: Quality): number {
    return secondsAhead(this.#workOf(quality), this.#options.tools.aheadSeconds);
  }

  #encoderNow(quality: Quality): EncoderFamily | undefined {
    return this.#options.newestEncoder(quality) ?? this.#chosen.get(quality)?.format.encoder;
  }

  /** Counted anew now and then: it is asked for at every change. */
  #workOf(quality: Quality): readonly Work[] {
    const { window, tools } = this.#options;
    const atMs = tools.clock.elapsed();
    const known = this.#work.get(quality);
    if (known !== undefined && Math.abs(atMs - known.atMs) < WORK_KEPT_MS) return known.work;
    const { format, preset } = this.of(quality);
    const encoder = this.#encoderNow(quality) ?? format.encoder;
    const work = workToDo(window, { format: { ...format, encoder }, preset }, reelFacts(tools), tools.clock.now());
    this.#work.set(quality, { atMs, work });
    return work;
  }
}
