import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { type Cost, costName, typicalCost } from './cost.ts';
import type { ReelFormat, ReelJob } from './reel-job.ts';

/** A cost as it is kept: of an item in a format, as `costName` has it. */
export interface MeasuredCost extends Cost {
  readonly itemId: string;
  readonly name: string;
}

/** What a machine's slowness is filed under: the processors' with an encoder, and that of the encoder's own device. */
export type RatioName = EncoderFamily | `${EncoderFamily} device`;

export interface SpeedsOptions {
  readonly processors: number;
  readonly measured: readonly MeasuredCost[];
  /** How many times what is typical this machine needs, as it was found before. */
  readonly ratios: ReadonlyMap<RatioName, number>;
  readonly keep: (measured: MeasuredCost) => Promise<void>;
  readonly keepRatio: (name: RatioName, ratio: number) => Promise<void>;
}

/** The newest measurement counts for so much of what is expected next. */
const NEWEST = 0.5;

/** How fast this machine develops: measured for each item and format, and estimated from that for all others. */
export class Speeds {
  readonly #options: SpeedsOptions;
  readonly #measured = new Map<string, Cost>();
  readonly #ratios: Map<RatioName, number>;

  constructor(options: SpeedsOptions) {
    this.#options = options;
    this.#ratios = new Map(options.ratios);
    for (const { itemId, name, ...cost } of options.measured) this.#measured.set(`${name} ${itemId}`, cost);
  }

  /** Takes in what a run has cost. Unless it was `alone` on the machine, its time on the clock says nothing. */
  async learn(job: ReelJob, preset: string, cost: Cost, { alone }: { readonly alone: boolean }): Promise<void> {
    const { processors, keep } = this.#options;
    await this.calibrate(job.format, preset, cost);
    if (alone) await this.#calibrateDevice(job.format, preset, cost);
    if (job.itemId === null) return;
    const name = costName(job.format, preset);
    const before = this.#measured.get(`${name} ${job.itemId}`);
    const cpuSeconds = mix(before?.cpuSeconds, cost.cpuSeconds);
    const unhindered = cpuSeconds / processors;
    // How busy a device was, the processors do not tell.
    const expected = job.format.encoder === 'none' ? unhindered : this.#expected(job.format, preset).wallSeconds;
    const wallSeconds = alone ? mix(before?.wallSeconds, cost.wallSeconds) : (before?.wallSeconds ?? expected);
    const learnt = { cpuSeconds, wallSeconds: Math.max(wallSeconds, unhindered) };
    this.#measured.set(`${name} ${job.itemId}`, learnt);
    await keep({ itemId: job.itemId, name, ...learnt });
  }

  /** Takes in what this machine needs for a format, whatever the item. */
  async calibrate(format: ReelFormat, preset: string, cost: Cost): Promise<void> {
    const typical = typicalCost(format, preset, this.#options.processors);
    await this.#mixRatio(format.encoder, cost.cpuSeconds / typical.cpuSeconds);
  }

  /** What a second of an item costs in its format: as it was measured, else as others let expect. */
  costOf(job: ReelJob, preset: string): Cost {
    const { format, itemId } = job;
    return this.#measured.get(`${costName(format, preset)} ${itemId}`) ?? this.#expected(format, preset);
  }

  get processors(): number {
    return this.#options.processors;
  }

  /** True when this item was developed in this format before. */
  isMeasured({ format, itemId }: ReelJob, preset: string): boolean {
    return this.#measured.has(`${costName(format, preset)} ${itemId}`);
  }

  /** All that is developed at the same time shares the device: it tells how fast it is when it has one run to do. */
  async #calibrateDevice(format: ReelFormat, preset: string, cost: Cost): Promise<void> {
    const { encoder } = format;
    if (encoder === 'none') return;
    const typical = typicalCost(format, preset, this.#options.processors);
    await this.#mixRatio(`${encoder} device`, cost.wallSeconds / typical.wallSeconds);
  }

  async #mixRatio(name: RatioName, newest: number): Promise<void> {
    const ratio = mix(this.#ratios.get(name), newest);
    this.#ratios.set(name, ratio);
    await this.#options.keepRatio(name, ratio);
  }

  /** As others let expect. */
  #expected(format: ReelFormat, preset: string): Cost {
    const { encoder } = format;
    const typical = typicalCost(format, preset, this.#options.processors);
    const ratio = this.#ratios.get(encoder) ?? 1;
    const wallRatio = encoder === 'none' ? ratio : (this.#ratios.get(`${encoder} device`) ?? 1);
    return { cpuSeconds: typical.cpuSeconds * ratio, wallSeconds: typical.wallSeconds * wallRatio };
  }
}

function mix(before: number | undefined, newest: number): number {
  return before === undefined ? newest : before + NEWEST * (newest - before);
}
