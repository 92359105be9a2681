import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { type Cost, costName, typicalCost } from './cost.ts';
import type { ReelFormat, ReelJob } from './reel-job.ts';

/** A cost as it is kept: of an item in a format, as `costName` has it. */
export interface MeasuredCost extends Cost {
  readonly itemId: string;
  readonly name: string;
}

export interface SpeedsOptions {
  readonly processors: number;
  readonly measured: readonly MeasuredCost[];
  /** How many times what is typical this machine needs with an encoder, as it was found before. */
  readonly ratios: ReadonlyMap<EncoderFamily, number>;
  readonly keep: (measured: MeasuredCost) => Promise<void>;
  readonly keepRatio: (encoder: EncoderFamily, ratio: number) => Promise<void>;
}

/** The newest measurement counts for so much of what is expected next. */
const NEWEST = 0.5;

/** How fast this machine develops: measured for each item and format, and estimated from that for all others. */
export class Speeds {
  readonly #options: SpeedsOptions;
  readonly #measured = new Map<string, Cost>();
  readonly #ratios: Map<EncoderFamily, number>;

  constructor(options: SpeedsOptions) {
    this.#options = options;
    this.#ratios = new Map(options.ratios);
    for (const { itemId, name, ...cost } of options.measured) this.#measured.set(`${name} ${itemId}`, cost);
  }

  /** Takes in what a run has cost. Unless it was `alone` on the machine, its time on the clock says nothing. */
  async learn(job: ReelJob, preset: string, cost: Cost, { alone }: { readonly alone: boolean }): Promise<void> {
    const { processors, keep } = this.#options;
    await this.calibrate(job.format, preset, cost);
    if (job.itemId === null) return;
    const name = costName(job.format, preset);
    const before = this.#measured.get(`${name} ${job.itemId}`);
    const cpuSeconds = mix(before?.cpuSeconds, cost.cpuSeconds);
    const unhindered = cpuSeconds / processors;
    const wallSeconds = alone ? mix(before?.wallSeconds, cost.wallSeconds) : (before?.wallSeconds ?? unhindered);
    const learnt = { cpuSeconds, wallSeconds: Math.max(wallSeconds, unhindered) };
    this.#measured.set(`${name} ${job.itemId}`, learnt);
    await keep({ itemId: job.itemId, name, ...learnt });
  }

  /** Takes in what this machine needs for a format, whatever the item. */
  async calibrate(format: ReelFormat, preset: string, cost: Cost): Promise<void> {
    const { processors, keepRatio } = this.#options;
    const { encoder } = format;
    const newest = cost.cpuSeconds / typicalCost(format, preset, processors).cpuSeconds;
    const ratio = mix(this.#ratios.get(encoder), newest);
    this.#ratios.set(encoder, ratio);
    await keepRatio(encoder, ratio);
  }

  /** What a second of an item costs in its format: as it was measured, else as others let expect. */
  costOf(job: ReelJob, preset: string): Cost {
    const { format, itemId } = job;
    const measured = this.#measured.get(`${costName(format, preset)} ${itemId}`);
    if (measured !== undefined) return measured;
    const typical = typicalCost(format, preset, this.#options.processors);
    const ratio = this.#ratios.get(format.encoder) ?? 1;
    return { cpuSeconds: typical.cpuSeconds * ratio, wallSeconds: typical.wallSeconds * ratio };
  }

  get processors(): number {
    return this.#options.processors;
  }

  /** True when this item was developed in this format before. */
  isMeasured({ format, itemId }: ReelJob, preset: string): boolean {
    return this.#measured.has(`${costName(format, preset)} ${itemId}`);
  }
}

function mix(before: number | undefined, newest: number): number {
  return before === undefined ? newest : before + NEWEST * (newest - before);
}
