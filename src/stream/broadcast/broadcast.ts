import type { Channel } from '../../catalog/channels/channel.ts';
import { gridOf } from '../../catalog/channels/channel.ts';
import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import { QUALITY_LEVELS, type Quality } from '../../ffmpeg/quality.ts';
import { messageOf } from '../../shared/errors.ts';
import type { TellHealth } from '../../shared/health.ts';
import type { Candidate } from '../admission/admission.ts';
import { Announcer } from './announcer.ts';
import { ChannelTree, makeChannelTree } from './channel-tree.ts';
import { KeptPlan } from '../plan/kept-plan.ts';
import { Manners, type MannersTools } from '../admission/manners.ts';
import { OnAir, type OnAirTools } from './on-air.ts';
import type { Published } from '../playout/playout.ts';
import { type PlanOf, ProgrammeWindow } from '../plan/programme-window.ts';
import type { Rendition } from './rendition.ts';
import { Renditions } from './renditions.ts';
import type { Shows } from '../playout/screen.ts';
import type { Manner } from '../admission/work-to-do.ts';
import type { Workload } from '../admission/workload.ts';

/** What every broadcast of a sidecar shares. */
export interface BroadcastTools extends MannersTools, OnAirTools {
  readonly planOf: PlanOf;
  /** Why the tree is looked through instead of watched. */
  readonly onPolling: TellHealth;
}

/** What a broadcast tells its owner. */
export interface BroadcastEvents {
  readonly onListed: () => void;
  readonly onFailure: (error: unknown) => void;
  /** Something else is on air than before. */
  readonly onShows: (shows: Shows) => void;
  readonly onPublished: (published: Published) => void;
  readonly isWatched: (quality: Quality) => boolean;
  /** Chooses how a rendition is developed, or throws `machine_at_capacity`. */
  readonly admit: (quality: Quality, candidates: readonly Candidate[], viewer: string | undefined) => Manner;
}

/** A channel on air: its renditions, each started when somebody asks for it, and the watcher of its tree. */
export class Broadcast {
  #channel: Channel;
  readonly #tools: BroadcastTools;
  readonly #events: BroadcastEvents;
  readonly #window: ProgrammeWindow;
  readonly #plan: KeptPlan;
  readonly #manners: Manners;
  readonly #announcer: Announcer;
  readonly #renditions: Renditions;
  readonly #tree: ChannelTree;
  readonly #stopListening: () => void;
  readonly #stopFallingBack: () => void;

  /** Begins to watch the tree that was prepared; nothing is encoded until somebody tunes in. */
  constructor(channel: Channel, window: ProgrammeWindow, tools: BroadcastTools, events: BroadcastEvents) {
    this.#channel = channel;
    this.#tools = tools;
    this.#events = events;
    this.#window = window;
    this.#plan = new KeptPlan(window, {
      clock: tools.clock,
      onRead: () => this.#pumpAll(),
      onLost: (why) => tools.logger.error({}, `the plan of ${this.#name} cannot be read: ${why}`),
    });
    this.#manners = new Manners({
      ...{ grid: gridOf(channel), window, tools },
      newestEncoder: (quality) => this.#renditions.get(quality)?.playout.newestEncoder,
    });
    this.#announcer = new Announcer(tools.logger);
    this.#renditions = new Renditions({
      begin: (quality) => this.#begin(quality),
      onKept: (error) => tools.logger.error({}, `${this.#name} keeps files: ${messageOf(error)}`),
    });
    this.#tree = new ChannelTree({
      streamsDirectory: tools.streamsDirectory,
      channel: () => this.channel,
      qualities: () => this.#qualitiesInTree(),
      onSegment: (quality) => this.get(quality)?.segmentSeen(),
      onFailure: events.onFailure,
      onPolling: tools.onPolling,
    });
    this.#stopListening = tools.developer.onChange(() => this.#pumpAll());
    this.#stopFallingBack = tools.encoders.onFailure((key) => {
      for (const onAir of this.#renditions) onAir.fallBack(key);
    });
  }

  /** Makes the channel's tree and reads its plan: with that a broadcast begins. */
  static async prepare(channel: Channel, tools: BroadcastTools): Promise<ProgrammeWindow> {
    await makeChannelTree(tools.streamsDirectory, channel, channel.qualities);
    const window = new ProgrammeWindow({ channelId: channel.id, grid: gridOf(channel), planOf: tools.planOf });
    await window.load(tools.clock.now());
    return window;
  }

  /**
   * Starts a rendition unless it is on air. `isBack`: nobody watched it for a while, so it goes on with what is on air
   * now.
   */
  async tuneIn(
    quality: Quality,
    { isBack, viewer }: { readonly isBack: boolean; readonly viewer?: string | undefined },
  ): Promise<void> {
    const isKnown = this.#renditions.known.includes(quality);
    // What nobody watched was not developed meanwhile: others may have the machine now.
    if (!isKnown || isBack) {
      this.#manners.choose(quality, this.#events.admit(quality, this.candidates(quality), viewer));
    }
    await this.#renditions.open(quality, { isBack });
  }

  /** The ways in which a quality could be developed: one that is on air keeps its encoder. */
  candidates(quality: Quality): Candidate[] {
    return this.#manners.candidates(quality);
  }

  /** What is to be done for the qualities on air of which `counts` says so. */
  workloads(counts: (quality: Quality) => boolean): Workload[] {
    return this.#renditions.known.filter(counts).map((quality) => this.#manners.workload(quality));
  }

  /** How far ahead the renditions on air have to be developed. */
  secondsAhead(): number {
    const { aheadSeconds } = this.#tools;
    return Math.max(aheadSeconds, ...this.qualities.map((quality) => this.#manners.secondsAhead(quality)));
  }

  /** The encoder of segment n of a quality on air. */
  encoderAt(quality: Quality, segment: number): EncoderFamily | undefined {
    return this.#renditions.get(quality)?.playout.encoderAt(segment);
  }

  /** Takes a rendition off the air, and its part of the tree away. */
  async stopRendition(quality: Quality): Promise<void> {
    if (!this.#renditions.known.includes(quality)) return;
    this.#manners.forget(quality);
    await this.#renditions.end(quality);
  }

  /** The rendition if it is on air. */
  get(quality: Quality): Rendition | undefined {
    return this.#renditions.get(quality)?.rendition;
  }

  /** Those on air, highest first: the channel's, and what it had before for as long as it is watched. */
  get qualities(): Quality[] {
    return this.#renditions.qualities;
  }

  get channel(): Channel {
    return this.#channel;
  }

  /** Frame rate and segments are the same for good. */
  async changeChannel(channel: Channel): Promise<void> {
    this.#channel = channel;
    await this.#tree.remake();
  }

  /** The reels that are on air or will be soon. */
  wantedKeys(): ReadonlySet<string> {
    return this.#keysOf(() => true);
  }

  /** The same, of those that somebody watches. */
  watchedKeys(): ReadonlySet<string> {
    return this.#keysOf((quality) => this.#events.isWatched(quality));
  }

  /** Has everything look again: what failed may go better now. Perhaps somebody has removed what was made at the start. */
  async startAgain(): Promise<void> {
    await this.#tree.remake();
    for (const { rendition } of this.#renditions) rendition.segmentSeen();
    this.#pumpAll();
  }

  /** Reads the plan anew, at once. */
  reloadPlan(): Promise<void> {
    return this.#plan.reload();
  }

  /** Ends playout, the watcher and the writer of playlists, in this order. The tree stays as it is. */
  async close(): Promise<void> {
    await this.#tree.settle();
    this.#plan[Symbol.dispose]();
    this.#stopListening();
    this.#stopFallingBack();
    await this.#renditions.close(() => this.#tree.close());
  }

  /** Those that have a folder: what the channel offers, and what is on air for as long as it is watched. */
  #qualitiesInTree(): Quality[] {
    const isOnAir = (quality: Quality): boolean => this.#renditions.get(quality) !== undefined;
    return QUALITY_LEVELS.filter((quality) => this.channel.qualities.includes(quality) || isOnAir(quality));
  }

  #begin(quality: Quality): Promise<OnAir> {
    const { onListed, onFailure, isWatched } = this.#events;
    return OnAir.open({
      channel: () => this.channel,
      manner: () => this.#manners.of(quality),
      window: this.#window,
      tools: this.#tools,
      aheadSeconds: () => this.#manners.secondsAhead(quality),
      isWatched: () => isWatched(quality),
      ...{ onListed, onFailure },
      onPublished: (published) => {
        this.#events.onPublished(published);
        this.#tell(published.segment, quality, published.shows);
      },
    });
  }

  #keysOf(counts: (quality: Quality) => boolean): ReadonlySet<string> {
    const counted = [...this.#renditions].filter(({ quality }) => counts(quality));
    return new Set(counted.flatMap(({ playout }) => [...playout.wantedKeys()]));
  }

  #pumpAll(): void {
    for (const { playout } of this.#renditions) playout.pump();
  }

  /** What a rendition shows from a segment on. */
  #tell(segment: number, quality: Quality, shows: Shows): void {
    if (!this.#announcer.isNews(quality, shows)) return;
    this.#events.onShows(shows);
    const next = this.#window.after(segment)?.item?.title;
    this.#announcer.announce({ channel: this.channel.name, quality, segment, shows, next });
  }

  get #name(): string {
    return `"${this.channel.name}"`;
  }
}
