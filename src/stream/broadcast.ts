import type { Channel } from '../catalog/channel.ts';
import { gridOf } from '../catalog/channel.ts';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import type { Developer } from '../reels/developer.ts';
import { type Grid, segmentAt } from '../schedule/grid.ts';
import { channelDirectory } from '../segments/paths.ts';
import { SegmentWatcher } from '../segments/segment-watcher.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Cards } from './cards.ts';
import { Playout, type Shows } from './playout.ts';
import { type PlanOf, ProgrammeWindow } from './programme-window.ts';
import { Rendition } from './rendition.ts';
import type { Splicer } from './splicer.ts';

/** How often the next hour of airings is read anew. */
const RELOAD_MS = 5 * 60_000;

/** What every broadcast of a sidecar shares. */
export interface BroadcastTools {
  readonly streamsDirectory: string;
  readonly encoder: EncoderFamily;
  readonly windowSegments: number;
  readonly aheadSeconds: number;
  readonly planOf: PlanOf;
  readonly developer: Developer;
  readonly splicer: Splicer;
  readonly cards: Cards;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a broadcast tells its owner. */
export interface BroadcastEvents {
  readonly onListed: () => void;
  readonly onFailure: (error: unknown) => void;
  readonly isWatched: (quality: Quality) => boolean;
}

interface OnAir {
  readonly rendition: Rendition;
  readonly playout: Playout;
}

/** A channel on air: its renditions, each started when somebody asks for it, and the watcher of its tree. */
export class Broadcast {
  readonly channel: Channel;
  readonly grid: Grid;
  readonly #tools: BroadcastTools;
  readonly #events: BroadcastEvents;
  readonly #window: ProgrammeWindow;
  readonly #renditions = new Map<Quality, Promise<OnAir>>();
  readonly #started = new Map<Quality, OnAir>();
  readonly #watcher: SegmentWatcher;
  readonly #stopListening: () => void;
  #reload: Timer | undefined;
  readonly #showing = new Map<Quality, string>();

  private constructor(channel: Channel, window: ProgrammeWindow, tools: BroadcastTools, events: BroadcastEvents) {
    this.channel = channel;
    this.grid = gridOf(channel);
    this.#tools = tools;
    this.#events = events;
    this.#window = window;
    const directory = channelDirectory(tools.streamsDirectory, channel.id);
    this.#watcher = new SegmentWatcher(directory, (quality) => this.#started.get(quality)?.rendition.segmentSeen());
    this.#stopListening = tools.developer.onChange(() => this.#pumpAll());
    this.#reloadLater();
  }

  /** Reads the plan and begins to watch the channel's tree; nothing is encoded yet. */
  static async open(channel: Channel, tools: BroadcastTools, events: BroadcastEvents): Promise<Broadcast> {
    const window = new ProgrammeWindow({ channelId: channel.id, grid: gridOf(channel), planOf: tools.planOf });
    await window.load(tools.clock.now());
    return new Broadcast(channel, window, tools, events);
  }

  /** Starts a rendition, or returns the one that is on air. */
  async rendition(quality: Quality): Promise<Rendition> {
    const onAir = this.#renditions.get(quality) ?? this.#start(quality);
    this.#renditions.set(quality, onAir);
    return (await onAir).rendition;
  }

  /** Somebody watches a rendition again that nobody watched for a while. */
  async catchUp(quality: Quality): Promise<void> {
    await this.#started.get(quality)?.playout.catchUp();
  }

  /** Takes a rendition off the air; its segments stay until the channel's tree goes. */
  async stopRendition(quality: Quality): Promise<void> {
    const onAir = await this.#renditions.get(quality);
    this.#renditions.delete(quality);
    this.#started.delete(quality);
    await onAir?.playout.close();
    await onAir?.rendition.close();
  }

  /** The rendition if it is on air. */
  get(quality: Quality): Rendition | undefined {
    return this.#started.get(quality)?.rendition;
  }

  get qualities(): Quality[] {
    return this.channel.qualities.filter((quality) => this.#started.has(quality));
  }

  /** The reels that are on air or will be soon. */
  wantedKeys(): ReadonlySet<string> {
    return new Set([...this.#started.values()].flatMap(({ playout }) => [...playout.wantedKeys()]));
  }

  /** Has playout look again: a viewer came, or something may go better now. */
  wake(): void {
    this.#pumpAll();
  }

  /** Ends playout, the watcher and the writer of playlists, in this order. The tree stays as it is. */
  async close(): Promise<void> {
    this.#reload?.cancel();
    this.#stopListening();
    const all = await Promise.allSettled(this.#renditions.values());
    const onAir = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all(onAir.map(({ playout }) => playout.close()));
    await this.#watcher.close();
    await Promise.all(onAir.map(({ rendition }) => rendition.close()));
  }

  async #start(quality: Quality): Promise<OnAir> {
    const { channel, grid } = this;
    const { streamsDirectory, encoder, windowSegments, clock } = this.#tools;
    const { onListed, onFailure, isWatched } = this.#events;
    const rendition = new Rendition({
      streamsDirectory,
      channelId: channel.id,
      quality,
      grid,
      windowSegments,
      onListed,
    });
    const onAirSegment = segmentAt(grid, clock.now());
    const firstSegment = (await rendition.adopt(onAirSegment)) ?? onAirSegment;
    const playout = new Playout({
      ...this.#tools,
      format: { grid, quality, encoder },
      window: this.#window,
      channelName: channel.name,
      firstSegment,
      isWatched: () => isWatched(quality),
      publish: async (segment, bytes, shows) => {
        await rendition.publish(segment, bytes);
        this.#tell(segment, quality, shows);
      },
      onSkip: (toSegment) => this.#skip(rendition, toSegment),
      onFailure,
    });
    const onAir = { rendition, playout };
    this.#started.set(quality, onAir);
    rendition.segmentSeen();
    await playout.catchUp();
    return onAir;
  }

  async #skip(rendition: Rendition, toSegment: number): Promise<void> {
    const facts = { channel: this.channel.name, quality: rendition.quality, segment: toSegment };
    this.#tools.logger.debug(facts, `"${this.channel.name}" goes on with what is on air now`);
    await rendition.skip();
  }

  #pumpAll(): void {
    for (const { playout } of this.#started.values()) playout.pump();
  }

  /** One line when something else is on air than before. */
  #tell(segment: number, quality: Quality, shows: Shows): void {
    const { channel } = this;
    const showing = shows.kind === 'item' ? shows.title : shows.why;
    if (showing === this.#showing.get(quality)) return;
    this.#showing.set(quality, showing);
    const facts = { channel: channel.name, quality, segment };
    if (shows.kind === 'item') this.#tools.logger.info(facts, `"${channel.name}" airs "${shows.title}"`);
    else this.#tools.logger.warn(facts, `"${channel.name}" shows its card: ${shows.why}`);
  }

  #reloadLater(): void {
    const { clock, logger } = this.#tools;
    this.#reload = clock.after(RELOAD_MS, () => {
      this.#window
        .load(clock.now())
        .then(() => this.#pumpAll())
        .catch((error: unknown) => logger.error({ err: error }, `the plan of "${this.channel.name}" cannot be read`))
        .finally(() => this.#reloadLater());
    });
  }
}
