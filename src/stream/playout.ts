import type { Grid } from '../schedule/grid.ts';
import { segmentAt, segmentsOf, segmentStartMs } from '../schedule/grid.ts';
import { reelSegmentAt } from '../schedule/airing.ts';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { type Developer, TUNE_IN_PRESET, type Urgency } from '../reels/developer.ts';
import type { ReelFormat, ReelJob } from '../reels/reel-job.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Cards } from './cards.ts';
import type { PlannedAiring, ProgrammeWindow } from './programme-window.ts';
import { Slate } from './slate.ts';
import type { Content, Splicer } from './splicer.ts';

/** Segments that are in the tree before they are on air: a player that begins three from the end begins with now. */
export const LEAD_SEGMENTS = 2;
/** How long before its time a segment must be in the tree for players to go on without a stop. */
const LAST_MOMENT_MS = 700;
/** How long a tune-in waits for the item before a card is shown instead. */
const STARTING_MS = 8_000;
/** While something is missing, it is looked for at least this often. */
const RETRY_MS = 500;
/** What is on air so soon is developed before what is later. */
const SOON_SECONDS = 15;
/** Seconds of item that the second run of a tune-in develops, and those that follow. The first is one segment. */
const SECOND_RUN_SECONDS = 30;
export const RUN_SECONDS = 120;

export interface PlayoutOptions {
  readonly format: ReelFormat;
  /** The effort of the software encoder. */
  readonly preset: string;
  readonly window: ProgrammeWindow;
  readonly splicer: Splicer;
  readonly developer: Developer;
  readonly cards: Cards;
  /** An IANA name: cards say times. */
  readonly timeZone: string;
  readonly lookAgain: (itemId: string) => void;
  readonly channelId: string;
  readonly channelName: string;
  readonly clock: Clock;
  /** How far ahead the rendition has to be developed at this moment. */
  readonly aheadSeconds: () => number;
  readonly windowSegments: number;
  /** The first segment to publish; what lies before it is in the tree already. */
  readonly firstSegment: number;
  /** Somebody watches: without viewers no run is started. */
  readonly isWatched: () => boolean;
  readonly publish: (published: Published) => Promise<void>;
  /** Playout is so far from what is on air now that it goes on with that. */
  readonly onSkip: (toSegment: number) => Promise<void>;
  /** Nothing can be published, not even a card. */
  readonly onFailure: (error: unknown) => void;
}

/** What a published segment shows. */
export type Shows =
  | { readonly kind: 'item'; readonly title: string }
  | { readonly kind: 'card'; readonly cause: SlateCause; readonly why: string };

/** Why a card is shown, of few kinds. */
export type SlateCause = 'nothing_planned' | 'unreadable' | 'given_up' | 'being_retried' | 'slow_start';

/** A segment as it goes on air. */
export interface Published {
  readonly segment: number;
  readonly bytes: Buffer;
  readonly shows: Shows;
  /** It comes from another encoder than the one before. */
  readonly isDiscontinuity: boolean;
  /** An airing begins with it. */
  readonly isJoin: boolean;
  /** It comes after its own time has begun, and not because a viewer has just come. */
  readonly isLate: boolean;
}

/** Keeps a rendition's tree filled: splices each segment as soon as it is due and its reel is there. */
export class Playout {
  readonly #options: PlayoutOptions;
  readonly #grid: Grid;
  readonly #slate: Slate;
  /** On the clock's `elapsed()`. */
  #startedAt: number;
  #next: number;
  #startedFrom: number;
  /** What comes from here on has had its time to be made. */
  #punctualFrom: number;
  #showedItem = false;
  #runsAsked = 0;
  /** What was due when this looked last was not there. */
  #isMissing = false;
  /** The first segment from the software encoder, after the other one failed on air. */
  #softwareFrom = Infinity;
  #timer: Timer | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#grid = options.format.grid;
    this.#slate = new Slate({
      ...options,
      grid: this.#grid,
      formatAt: (segment) => this.#formatAt(segment),
      canBeHad: (planned) => this.#canBeHad(planned),
    });
    this.#startedAt = options.clock.elapsed();
    this.#next = options.firstSegment;
    this.#startedFrom = options.firstSegment;
    this.#punctualFrom = options.firstSegment;
  }

  /** Looks for what is due, now; calls that come while it looks make it look once more. */
  pump(): void {
    if (this.#closed) return;
    if (this.#pumping === undefined) void this.#work(() => this.#pump());
    else this.#again = true;
  }

  /** Somebody watches again: goes on with what is on air now, unless all that was left out can be had at once. */
  async catchUp(): Promise<void> {
    while (this.#pumping !== undefined) await this.#pumping;
    if (this.#closed) return;
    this.#again = true;
    this.#punctualFrom = this.#onAir() + LEAD_SEGMENTS + 1;
    await this.#work(async () => {
      if (!this.isDeveloped(this.#next, this.#onAir())) await this.#skip();
    });
  }

  /** True when the reels of these segments are in the store. */
  isDeveloped(from: number, until: number): boolean {
    for (let segment = from; segment < until; segment++) {
      const job = this.#jobAt(segment);
      const airing = this.#options.window.at(segment)?.airing;
      if (job === undefined || airing === undefined) return false;
      if (!this.#options.splicer.has(job.key, reelSegmentAt(airing, segment))) return false;
    }
    return true;
  }

  /** The encoder of segment n: the one it began with, or software after that one failed. */
  encoderAt(segment: number): EncoderFamily {
    return segment < this.#softwareFrom ? this.#options.format.encoder : 'none';
  }

  /** The encoder of all that is still to be developed. */
  get newestEncoder(): EncoderFamily {
    return this.#softwareFrom < Infinity ? 'none' : this.#options.format.encoder;
  }

  /** Goes on with the software encoder, from the first segment that the other one has not developed; once and for all. */
  fallBack(): void {
    if (this.#softwareFrom < Infinity || this.#options.format.encoder === 'none') return;
    let segment = this.#next;
    while (this.isDeveloped(segment, segment + 1)) segment++;
    this.#softwareFrom = segment;
    this.pump();
  }

  /** The reels of what is on air now and until `aheadSeconds` from now. */
  wantedKeys(): ReadonlySet<string> {
    const cur = this.#onAir();
    const keys = new Set<string>();
    for (let segment = Math.min(this.#next, cur); segment < cur + this.#aheadSegments(); segment++) {
      const job = this.#jobAt(segment);
      if (job !== undefined) keys.add(job.key);
    }
    return keys;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#pumping;
  }

  /** One piece of work at a time. After a failure the owner has it go on: nothing is tried until then. */
  #work(work: () => Promise<void>): Promise<void> {
    this.#pumping = work()
      .then(
        () => this.#arm(),
        (error: unknown) => {
          this.#again = false;
          this.#options.onFailure(error);
        },
      )
      .finally(() => {
        this.#pumping = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.pump();
      });
    return this.#pumping;
  }

  async #pump(): Promise<void> {
    const { window, isWatched, clock } = this.#options;
    // The clock was set. Where the plan cannot be read now, it is read again later.
    if (!window.covers(this.#onAir())) await window.load(clock.now()).catch(() => {});
    if (this.#isElsewhere()) {
      if (!isWatched()) return;
      await this.#skip();
    }
    try {
      await this.#publishDue();
    } finally {
      // Also where not even a card can be had: the item may.
      this.#askAhead();
    }
    // There early, so that it is at hand when something fails; not so early that it keeps the first viewer waiting.
    if (!this.#showedItem || this.#next <= this.#startedFrom + 1 || !isWatched()) return;
    await this.#slate.prepare(this.#next, this.#attempt());
  }

  async #publishDue(): Promise<void> {
    const { publish, splicer } = this.#options;
    this.#isMissing = false;
    while (!this.#closed && this.#next <= this.#onAir() + LEAD_SEGMENTS) {
      if (this.#isElsewhere()) {
        this.#again = true;
        return;
      }
      const found = await this.#contentOf(this.#next);
      this.#isMissing = found === undefined;
      if (found === undefined) return;
      await publish({
        segment: this.#next,
        bytes: splicer.splice(this.#grid, this.#next, found.content),
        shows: found.shows,
        isDiscontinuity: this.#next === this.#softwareFrom,
        isJoin: this.#options.window.at(this.#next)?.airing.startSegment === this.#next,
        isLate: this.#next >= this.#punctualFrom && this.#next <= this.#onAir(),
      });
      this.#showedItem ||= found.shows.kind === 'item';
      this.#next++;
    }
  }

  /** Far behind what is on air, or the clock was set: there is no way from here to there, segment by segment. */
  #isElsewhere(): boolean {
    return Math.abs(this.#onAir() - this.#next) > this.#options.windowSegments + LEAD_SEGMENTS;
  }

  /** Begins anew, as a rendition does that was not on air. */
  async #skip(): Promise<void> {
    this.#next = this.#onAir();
    this.#startedFrom = this.#next;
    this.#punctualFrom = this.#next + LEAD_SEGMENTS + 1;
    this.#startedAt = this.#options.clock.elapsed();
    this.#showedItem = false;
    this.#runsAsked = 0;
    await this.#options.onSkip(this.#next);
  }

  async #contentOf(segment: number): Promise<{ content: Content; shows: Shows } | undefined> {
    const { window, splicer, developer } = this.#options;
    const format = this.#formatAt(segment);
    const planned = window.at(segment);
    const following = window.at(segment + 1);
    const job = this.#jobAt(segment);
    if (planned?.item !== undefined && job !== undefined) {
      const content = await splicer.itemContent(segment, job, planned.airing, following?.airing);
      if (content !== undefined) return { content, shows: { kind: 'item', title: planned.item.title } };
    }
    const why = this.#whyCard(segment, job);
    if (why === undefined) return undefined;
    const bytes = await this.#slate.bytes(segment, this.#attempt(), { isStarting: why.cause === 'slow_start' });
    if (bytes === undefined) return undefined;
    const content = splicer.cardContent(format.grid, segment, bytes, planned?.airing, following?.airing);
    // What is planned is no trouble.
    if (planned !== undefined && planned.item === undefined)
      return { content, shows: { kind: 'item', title: 'a card' } };
    return { content, shows: { kind: 'card', ...why, ...reasonOf(job, developer) } };
  }

  /** Why this segment has to be a card, or undefined as long as the item may still come in time. */
  #whyCard(segment: number, job: ReelJob | undefined): Omit<Shows & { kind: 'card' }, 'kind'> | undefined {
    const planned = this.#options.window.at(segment);
    if (planned === undefined) return { cause: 'nothing_planned', why: 'nothing is planned' };
    if (planned.item === undefined) return { cause: 'nothing_planned', why: 'a card is planned' };
    if (job === undefined) {
      this.#options.lookAgain(planned.item.id);
      return { cause: 'unreadable', why: 'the file cannot be read' };
    }
    const reelSegment = reelSegmentAt(planned.airing, segment);
    const prospect = this.#options.developer.prospect(job.key, reelSegment, this.#attempt(planned.airing));
    if (prospect === 'given up') return { cause: 'given_up', why: 'the item cannot be had' };
    if (!this.#options.isWatched()) return undefined;
    const now = this.#options.clock.now();
    if (now < segmentStartMs(this.#grid, segment) - LAST_MOMENT_MS) return undefined;
    if (prospect === 'stalled' || prospect === 'waiting to retry')
      return { cause: 'being_retried', why: 'the item is being fetched again' };
    const isStarting = !this.#showedItem && this.#options.clock.elapsed() - this.#startedAt > STARTING_MS;
    return isStarting ? { cause: 'slow_start', why: 'the item takes long to begin' } : undefined;
  }

  /** Sees to it that what is on air in the next seconds is there or on its way: one run at a time, in order. */
  #askAhead(): void {
    if (this.#closed || !this.#options.isWatched()) return;
    const { window, developer, splicer, preset, clock } = this.#options;
    const end = this.#onAir() + this.#aheadSegments();
    for (let segment = Math.max(this.#next, this.#onAir() - this.#options.windowSegments); segment < end;) {
      const planned = window.at(segment);
      const job = this.#jobAt(segment);
      if (planned === undefined || job === undefined) {
        segment++;
        continue;
      }
      const { airing } = planned;
      const reelSegment = reelSegmentAt(airing, segment);
      if (splicer.has(job.key, reelSegment)) {
        segment++;
        continue;
      }
      // Lost since it was counted on.
      if (segment < this.#softwareFrom && this.#softwareFrom < Infinity) {
        this.#softwareFrom = segment;
        continue;
      }
      const prospect = developer.prospect(job.key, reelSegment, this.#attempt(airing));
      if (prospect === 'coming' || prospect === 'stalled') return;
      if (prospect === 'not asked for') {
        const isFirst = this.#runsAsked === 0 && segment <= this.#onAir();
        const seconds = isFirst ? 0 : this.#runsAsked <= 1 ? SECOND_RUN_SECONDS : RUN_SECONDS;
        const last = reelSegmentAt(airing, airing.stopSegment);
        const until = Math.min(last, reelSegment + Math.max(1, segmentsOf(this.#grid, seconds)));
        const isSoon = segmentStartMs(this.#grid, segment) - clock.now() < SOON_SECONDS * 1000;
        const urgency: Urgency = isFirst ? 'tune-in' : isSoon ? 'soon' : 'ahead';
        const request = { from: reelSegment, until, urgency, airing: this.#attempt(airing) };
        if (developer.develop(job, { ...request, preset: this.#softwareFrom < Infinity ? TUNE_IN_PRESET : preset }))
          this.#runsAsked++;
        return;
      }
      // This one failed: what follows it is prepared meanwhile.
      segment = airing.stopSegment;
    }
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    const { clock } = this.#options;
    const now = clock.now();
    const dueAt = segmentStartMs(this.#grid, this.#next - LEAD_SEGMENTS);
    // Until somebody comes.
    if (dueAt <= now && !this.#options.isWatched()) return;
    // A timer may come a little early, and what was not due then is due now: that one is not missing.
    this.#timer = clock.after(this.#isMissing ? RETRY_MS : Math.max(0, dueAt - now), () => this.pump());
  }

  #jobAt(segment: number): ReelJob | undefined {
    const item = this.#options.window.at(segment)?.item;
    return item && this.#options.splicer.jobOf(item, this.#formatAt(segment));
  }

  #formatAt(segment: number): ReelFormat {
    return { ...this.#options.format, encoder: this.encoderAt(segment) };
  }

  #canBeHad({ item, airing }: PlannedAiring): boolean {
    const job = item && this.#options.splicer.jobOf(item, this.#formatAt(airing.startSegment));
    return job !== undefined && !this.#options.developer.hasGivenUp(job.key);
  }

  #onAir(): number {
    return segmentAt(this.#grid, this.#options.clock.now());
  }

  #aheadSegments(): number {
    return Math.max(segmentsOf(this.#grid, this.#options.aheadSeconds()), LEAD_SEGMENTS + 2);
  }

  /** A showing in which a reel may be given up: an airing, for those who tuned in since the rendition began. */
  #attempt(airing?: { readonly startSegment: number }): string {
    const { window, channelId } = this.#options;
    const startSegment = (airing ?? window.at(this.#next)?.airing)?.startSegment ?? 0;
    return `${channelId}/${startSegment}/${this.#startedAt}`;
  }
}

/** What ffmpeg said of it says more. */
function reasonOf(job: ReelJob | undefined, developer: Developer): { readonly why?: string } {
  const why = job && developer.reasonOf(job.key);
  return why === undefined ? {} : { why };
}
