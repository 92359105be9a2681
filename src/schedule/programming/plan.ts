import type { Airing } from '../airing.ts';
import { type Grid, segmentsOf, segmentStartMs } from '../grid.ts';
import { Block } from './block.ts';
import { numberOf } from './chance.ts';
import { Fillers } from './fillers.ts';
import type { Ledger } from './ledger.ts';
import type { ProgrammeItem, ProgrammeLibrary } from './library.ts';
import { localTime } from './local-time.ts';
import { lengthOf, type Part, partsOf } from './parts.ts';
import type { Scheduled, Strand } from './programming.ts';
import type { Steps } from './steps.ts';
import { itemsOf, type StrandItems } from './strand.ts';
import { firstSegmentFrom, type Span, Timeline } from './timeline.ts';

export interface PlanOptions {
  readonly channelId: string;
  readonly grid: Grid;
  /** IANA name. */
  readonly timeZone: string;
  readonly programming: Scheduled;
  readonly library: ProgrammeLibrary;
  /** What was aired before; each block is entered into it before it is handed out. */
  readonly ledger: Ledger;
}

/** A card that says that nothing is on is planned anew so often. */
const OFF_AIR_SECONDS = 1800;

/**
 * A channel's airings from a segment on, block after block, without end, and an empty one now and then while a large
 * library is looked through: others may have their turn. What comes next follows from the programming, the library, the
 * ledger and the segment alone: planning that stops and goes on later gives the same airings.
 */
export function* planBlocks(options: PlanOptions, from: number): Generator<readonly Airing[], never> {
  const blocks = new BlockPlanner(options);
  for (let at = from; ;) {
    for (const steps = blocks.lookUp(at); steps.next().done !== true;) yield NONE;
    const airings = blocks.at(at);
    for (const airing of airings) options.ledger.enter(airing);
    yield airings;
    at = airings.at(-1)?.stopSegment ?? at + 1;
  }
}

const NONE: readonly Airing[] = [];

/** What a strand shows, under the name that the ledger knows it by. */
interface Source extends StrandItems {
  readonly name: string;
  readonly strand: Strand;
  readonly parts: Map<ProgrammeItem, readonly Part[]>;
}

class BlockPlanner {
  readonly #options: PlanOptions;
  readonly #local: ReturnType<typeof localTime>;
  readonly #timeline: Timeline;
  readonly #fillers: Fillers;
  readonly #sources: ReadonlyMap<Strand, Source>;
  readonly #begins: number;

  constructor(options: PlanOptions) {
    const { grid, programming, library } = options;
    this.#options = options;
    this.#local = localTime(options.timeZone);
    this.#timeline = new Timeline({ grid, local: this.#local, dayparts: programming.dayparts });
    this.#fillers = new Fillers({ grid, fillers: programming.filler, library });
    // Only what is no channel yet has no seed of its own.
    const seed = programming.seed ?? numberOf(options.channelId);
    const named: [string, Strand][] = programming.dayparts.map((daypart) => [daypart.name, daypart]);
    if (programming.default !== undefined) named.push(['', programming.default]);
    this.#sources = new Map(
      named.map(([name, strand]) => [
        strand,
        { name, strand, ...itemsOf(strand, name, seed, library), parts: new Map() },
      ]),
    );
    const { start_at: startAt } = programming;
    this.#begins = startAt === undefined ? -Infinity : firstSegmentFrom(grid, Date.parse(startAt));
  }

  /** Looks up what a block can show that begins at a segment. */
  *lookUp(segment: number): Steps<void> {
    const atMs = segmentStartMs(this.#options.grid, segment);
    for (const strand of [this.#timeline.at(segment).daypart, this.#options.programming.default]) {
      const source = strand && this.#sources.get(strand);
      if (source !== undefined) yield* source.pools.inSteps(atMs);
    }
    yield* this.#fillers.lookUp(atMs);
  }

  /** The block that begins at a segment. */
  at(segment: number): readonly Airing[] {
    const block = this.#block(segment);
    if (segment < this.#begins) return this.#offAir(block, this.#begins);
    const span = this.#timeline.at(segment);
    let isWaiting = false;
    for (const strand of [span.daypart, this.#options.programming.default]) {
      const source = strand && this.#sources.get(strand);
      if (source === undefined) continue;
      if (this.#isDone(source, span)) {
        isWaiting = true;
        continue;
      }
      const item = this.#next(source, segment, span);
      if (item === undefined) continue;
      if (this.#showProgramme(block, source, item, span)) return block.airings;
      isWaiting = true;
      break;
    }
    if (!isWaiting) return this.#offAir(block, span.stop);
    if (!block.addFiller('gaps', span.stop)) block.addCard('card', Math.min(span.stop, this.#later(segment)));
    return block.airings;
  }

  #block(start: number): Block {
    const { channelId, grid, ledger } = this.#options;
    return new Block({ channelId, start, grid, fillers: this.#fillers, history: ledger.fillers });
  }

  #offAir(block: Block, until: number): readonly Airing[] {
    block.addCard('off-air', Math.min(until, this.#later(block.end)));
    return block.airings;
  }

  #later(segment: number): number {
    return segment + segmentsOf(this.#options.grid, OFF_AIR_SECONDS);
  }

  /** A daypart has shown as many programmes as it is to show each time. */
  #isDone({ name }: Source, { daypart, occurrence }: Span): boolean {
    if (daypart?.programmes === undefined || daypart.name !== name) return false;
    return this.#options.ledger.programmesSince(name, occurrence) >= daypart.programmes;
  }

  #next(source: Source, segment: number, span: Span): ProgrammeItem | undefined {
    const { grid, ledger } = this.#options;
    // What is too long for the whole span would stand in the way for ever: it is passed over.
    const limit = this.#timeline.limitFrom(span.start);
    const room = limit.cut ? Infinity : limit.segment - span.start;
    const atMs = segmentStartMs(grid, segment);
    return source.next(ledger.historyOf(source.name), atMs, (item) => {
      if (item.leavesMs !== null && item.leavesMs <= atMs) return false;
      const segments = lengthOf(this.#partsOf(source, item));
      return segments > 0 && segments <= room;
    });
  }

  #partsOf({ strand, parts }: Source, item: ProgrammeItem): readonly Part[] {
    const known = parts.get(item) ?? partsOf(this.#options.grid, item, strand);
    parts.set(item, known);
    return known;
  }

  /** False when it would run over what begins on time after it. */
  #showProgramme(block: Block, source: Source, item: ProgrammeItem, span: Span): boolean {
    const { strand, name } = source;
    const limit = this.#timeline.limitFrom(block.end);
    const parts = this.#partsOf(source, item);
    const programme = { strand: name, parts };
    block.addProgramme(programme, strand.mid_roll?.count ?? 0);
    // Without breaks it may be short enough.
    if (block.end > limit.segment) block.clear().addProgramme(programme, 0);
    if (block.end > limit.segment) {
      if (!limit.cut) {
        block.clear();
        return false;
      }
      block.cutAt(limit.segment);
    }
    const then = this.#timeline.at(block.end);
    // What comes after a daypart's end, or another one's start, is not this programme's to move.
    const isSame = then.start === span.start || (then.daypart === undefined && span.daypart === undefined);
    if (isSame) this.#addWhatFollows(block, strand, then);
    return true;
  }

  #addWhatFollows(block: Block, { between, pad_minutes: padMinutes }: Strand, span: Span): void {
    const { grid, ledger } = this.#options;
    const isBetween = between !== undefined && (ledger.programmes + 1) % between.every === 0;
    for (let count = 0; isBetween && count < between.count; count++) block.addFiller('between', span.stop);
    if (padMinutes === undefined || block.end >= span.stop) return;
    const multiple = this.#local.nextMultiple(segmentStartMs(grid, block.end), padMinutes);
    const until = Math.min(span.stop, firstSegmentFrom(grid, multiple));
    while (block.end < until && block.addFiller('gaps', until));
    if (block.end < until) block.addCard('card', until);
  }
}
