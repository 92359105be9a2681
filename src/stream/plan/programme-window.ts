import type { MediaFacts } from '../../ffmpeg/media-facts.ts';
import { type Airing, airingAt } from '../../schedule/airing.ts';
import { type Grid, segmentAt, segmentsOf } from '../../schedule/grid.ts';

/** An item as playout needs it; `facts` is null for one that nobody could read. */
export interface PlannedItem {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly facts: MediaFacts | null;
  /** Why it cannot be aired, in words, where somebody has looked. */
  readonly problem: string | null;
}

/** An airing together with its item; a card shows none. */
export interface PlannedAiring {
  readonly airing: Airing;
  readonly item: PlannedItem | undefined;
}

/** The plan of a channel for segments from … until-1, in order. */
export type PlanOf = (channelId: string, from: number, until: number) => Promise<readonly PlannedAiring[]>;

const HOUR_SECONDS = 3600;
/** What players may still ask for. */
const BEHIND_SECONDS = 120;

/** What is on air and the hour after it in memory, so that playout never waits for a database. */
export class ProgrammeWindow {
  readonly #channelId: string;
  readonly #grid: Grid;
  readonly #planOf: PlanOf;
  #from = 0;
  #until = 0;
  #airings: readonly Airing[] = [];
  #planned: ReadonlyMap<Airing, PlannedAiring> = new Map();

  constructor(options: { readonly channelId: string; readonly grid: Grid; readonly planOf: PlanOf }) {
    this.#channelId = options.channelId;
    this.#grid = options.grid;
    this.#planOf = options.planOf;
  }

  /** Reads the airings around a moment, milliseconds since the epoch. Where that fails, what was read before stays. */
  async load(nowMs: number): Promise<void> {
    const now = segmentAt(this.#grid, nowMs);
    const from = now - segmentsOf(this.#grid, BEHIND_SECONDS);
    const [onAir] = await this.#planOf(this.#channelId, now, now + 1);
    const until = (onAir?.airing.stopSegment ?? now) + segmentsOf(this.#grid, HOUR_SECONDS);
    const planned = await this.#planOf(this.#channelId, from, until);
    this.#from = from;
    this.#until = until;
    this.#airings = planned.map(({ airing }) => airing);
    this.#planned = new Map(planned.map((each) => [each.airing, this.#withFacts(each)]));
  }

  /**
   * A file that was replaced and not looked into yet is aired as what it was until then: what is developed of that can
   * still be shown, and a run that fails says why.
   */
  #withFacts(planned: PlannedAiring): PlannedAiring {
    const { airing, item } = planned;
    if (item === undefined || item.facts !== null) return planned;
    const before = [...this.#planned.values()].find((known) => known.item?.id === item.id);
    return before === undefined ? planned : { airing, item: before.item };
  }

  /** Whether segment n was read about: what was not is unknown, not unplanned. */
  covers(segment: number): boolean {
    return segment >= this.#from && segment < this.#until;
  }

  /** What is on air at segment n, or undefined where nothing is planned. */
  at(segment: number): PlannedAiring | undefined {
    const airing = airingAt(this.#airings, segment);
    return airing && this.#planned.get(airing);
  }

  /** All that is planned from segment n on, in order. */
  from(segment: number): PlannedAiring[] {
    const later = this.#airings.filter(({ stopSegment }) => stopSegment > segment);
    return later.flatMap((airing) => this.#planned.get(airing) ?? []);
  }

  /** What follows the airing that is on air at segment n. */
  after(segment: number): PlannedAiring | undefined {
    const airing = airingAt(this.#airings, segment);
    return airing && this.at(airing.stopSegment);
  }
}
