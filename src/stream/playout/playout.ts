import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import type { Developer } from '../../reels/developer.ts';
import type { ReelFormat } from '../../reels/reel-job.ts';
import type { Airing } from '../../schedule/airing.ts';
import { type Grid, segmentAt, segmentsOf, segmentStartMs } from '../../schedule/grid.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { Cards } from '../cards/cards.ts';
import type { PlannedAiring, ProgrammeWindow } from '../plan/programme-window.ts';
import { Beginning } from './beginning.ts';
import { LEAD_SEGMENTS } from './lead.ts';
import { Pump } from './pump.ts';
import { ReelTimeline } from './reel-timeline.ts';
import { RunAhead } from './run-ahead.ts';
import { Screen, type Shows } from './screen.ts';
import { Slate } from '../cards/slate.ts';
import type { Splicer } from './splicer.ts';

/** While something is missing, it is looked for at least this often. */
const RETRY_MS = 500;

/** What every playout of a sidecar shares. */
export interface PlayoutTools {
  readonly splicer: Splicer;
  readonly developer: Developer;
  readonly cards: Cards;
  /** An item on air could not be read when it was last looked into. */
  readonly lookAgain: (itemId: string) => void;
  readonly clock: Clock;
  readonly windowSegments: number;
}

export interface PlayoutOptions extends PlayoutTools {
  readonly format: ReelFormat;
  /** The effort of the software encoder, at this moment. */
  readonly preset: () => string;
  readonly window: ProgrammeWindow;
  readonly channelId: string;
  readonly channelName: () => string;
  /** An IANA name: cards say times. */
  readonly timeZone: () => string;
  /** How far ahead the rendition has to be developed at this moment. */
  readonly aheadSeconds: () => number;
  /** The first segment to publish; what lies before it is in the tree already. */
  readonly firstSegment: number;
  /** Somebody watches: without viewers no run is started. */
  readonly isWatched: () => boolean;
  readonly publish: (published: Published) => Promise<void>;
  /** Playout is so far from what is on air now that it goes on with that. */
  readonly onSkip: (toSegment: number, conditions: { readonly isSameEncoder: boolean }) => Promise<void>;
  /** Nothing can be published, not even a card. */
  readonly onFailure: (error: unknown) => void;
}

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
  readonly #timeline: ReelTimeline;
  readonly #runs: RunAhead;
  readonly #slate: Slate;
  readonly #screen: Screen;
  /** After a failure the owner has it go on: nothing is tried until then. */
  readonly #pump: Pump;
  #beginning: Beginning;
  #next: number;
  /** What was due when this looked last was not there. */
  #isMissing = false;
  #timer: Timer | undefined;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#grid = options.format.grid;
    const timeline = new ReelTimeline(options);
    const now = (): number => options.clock.now();
    const attempt = (airing?: Airing): string => this.#attempt(airing);
    const parts = { ...options, grid: this.#grid, timeline, attempt, now };
    this.#timeline = timeline;
    this.#runs = new RunAhead(parts);
    this.#slate = new Slate({
      ...parts,
      formatAt: (segment) => timeline.formatAt(segment),
      canBeHad: (planned) => this.#canBeHad(planned),
    });
    this.#screen = new Screen({
      ...parts,
      slate: this.#slate,
      isSlowStart: () => this.#beginning.isSlow(options.clock.elapsed()),
    });
    this.#pump = new Pump({
      work: () => this.#lookForDue(),
      onDone: () => this.#arm(),
      onFailure: options.onFailure,
    });
    this.#beginning = new Beginning(options.firstSegment, options.clock.elapsed());
    this.#next = options.firstSegment;
  }

  /** Looks for what is due, now; calls that come while it looks make it look once more. */
  pump(): void {
    this.#pump.pump();
  }

  /** Somebody watches again: goes on with what is on air now, unless all that was left out can be had at once. */
  async catchUp(): Promise<void> {
    await this.#pump.doFirst(async () => {
      this.#beginning.viewersCame(this.#onAir());
      if (!this.#timeline.isDeveloped(this.#next, this.#onAir())) await this.#skip();
    });
  }

  encoderAt(segment: number): EncoderFamily {
    return this.#timeline.encoderAt(segment);
  }

  /** The encoder of all that is still to be developed. */
  get newestEncoder(): EncoderFamily {
    return this.#timeline.newestEncoder;
  }

  /** Goes on with the software encoder, from the first segment that the other one has not developed; once and for all. */
  fallBack(): void {
    if (this.#timeline.fallBack(this.#next)) this.pump();
  }

  /** The reels of what is on air now and until `aheadSeconds` from now. */
  wantedKeys(): ReadonlySet<string> {
    const onAir = this.#onAir();
    return this.#timeline.keysOf(Math.min(this.#next, onAir), onAir + this.#aheadSegments());
  }

  async close(): Promise<void> {
    const closed = this.#pump.close();
    this.#timer?.cancel();
    await closed;
  }

  async #lookForDue(): Promise<void> {
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
    if (this.#beginning.isOver(this.#next) && isWatched()) await this.#slate.prepare(this.#next, this.#attempt());
  }

  async #publishDue(): Promise<void> {
    const { publish, splicer } = this.#options;
    this.#isMissing = false;
    while (!this.#pump.isClosed && this.#next <= this.#onAir() + LEAD_SEGMENTS) {
      if (this.#isElsewhere()) {
        this.#pump.pump();
        return;
      }
      const found = await this.#screen.at(this.#next);
      this.#isMissing = found === undefined;
      if (found === undefined) return;
      await publish({
        segment: this.#next,
        bytes: splicer.splice(this.#grid, this.#next, found.content),
        shows: found.shows,
        isDiscontinuity: this.#timeline.isEncoderChange(this.#next),
        isJoin: this.#options.window.at(this.#next)?.airing.startSegment === this.#next,
        isLate: this.#beginning.isLate(this.#next, this.#onAir()),
      });
      this.#beginning.showed(found.shows);
      this.#next++;
    }
  }

  /** Far behind what is on air, or the clock was set: there is no way from here to there, segment by segment. */
  #isElsewhere(): boolean {
    return Math.abs(this.#onAir() - this.#next) > this.#options.windowSegments + LEAD_SEGMENTS;
  }

  /** Begins anew, as a rendition does that was not on air. */
  async #skip(): Promise<void> {
    const encoder = this.#timeline.encoderAt(this.#next - 1);
    this.#next = this.#onAir();
    this.#beginning = new Beginning(this.#next, this.#options.clock.elapsed());
    this.#runs.restart();
    await this.#options.onSkip(this.#next, { isSameEncoder: encoder === this.#timeline.encoderAt(this.#next) });
  }

  /** Sees to it that what is on air in the next seconds is there or on its way. */
  #askAhead(): void {
    if (this.#pump.isClosed || !this.#options.isWatched()) return;
    const onAir = this.#onAir();
    const from = Math.max(this.#next, onAir - this.#options.windowSegments);
    this.#runs.ask(from, onAir + this.#aheadSegments(), onAir);
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#pump.isClosed) return;
    const { clock } = this.#options;
    const now = clock.now();
    const dueAt = segmentStartMs(this.#grid, this.#next - LEAD_SEGMENTS);
    // Until somebody comes.
    if (dueAt <= now && !this.#options.isWatched()) return;
    // A timer may come a little early, and what was not due then is due now: that one is not missing.
    this.#timer = clock.after(this.#isMissing ? RETRY_MS : Math.max(0, dueAt - now), () => this.pump());
  }

  #canBeHad({ item, airing }: PlannedAiring): boolean {
    const job = item && this.#options.splicer.jobOf(item, this.#timeline.formatAt(airing.startSegment));
    return job !== undefined && !this.#options.developer.hasGivenUp(job.key);
  }

  #onAir(): number {
    return segmentAt(this.#grid, this.#options.clock.now());
  }

  #aheadSegments(): number {
    return Math.max(segmentsOf(this.#grid, this.#options.aheadSeconds()), LEAD_SEGMENTS + 2);
  }

  /** A showing in which a reel may be given up: an airing, for those who tuned in since the rendition began. */
  #attempt(airing: Airing | undefined = this.#options.window.at(this.#next)?.airing): string {
    return `${this.#options.channelId}/${airing?.startSegment ?? 0}/${this.#beginning.at}`;
  }
}
