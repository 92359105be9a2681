import { commonestFrameRate } from '../schedule/frame-rate.ts';
import { segmentAt, segmentsIn } from '../schedule/grid.ts';
import type { Clock } from '../shared/clock.ts';
import { Slices } from '../shared/slices.ts';
import { type Channel, gridOf } from './channels/channel.ts';
import { withSeed } from './channels/channel-seed.ts';
import { type ChannelContent, contentsOf, programmingOf } from './channels/contents.ts';
import { ItemProber, type ItemProberTools } from './library/item-prober.ts';
import type { ItemOutline, Pace } from './library/item-outlines.ts';
import { Passes } from './passes.ts';
import type { Planner } from './planning/planner.ts';
import { samplePaces } from './sample.ts';

/** How long after a library did not answer, or something else failed, files are looked into again. */
const LATER_MS = 60_000;
/** How often at most a file is looked into again that could not be aired. */
const AGAIN_MS = 30_000;
/** How often at most a channel is planned anew while more of its items become known. */
const RENEW_MS = 10_000;
/** Under which players list what was found. */
const GROUPS = { show: 'Series', films: 'Movies' } as const;

export interface ProberOptions extends ItemProberTools {
  readonly clock: Clock;
  readonly planner: Planner;
  /** All items that may be on a channel. */
  readonly outlines: () => Promise<readonly ItemOutline[]>;
  /** Lists a channel that is planned. */
  readonly show: (channel: Channel) => Promise<void>;
  /** The list of channels may have changed. */
  readonly onChannels?: () => Promise<void>;
}

/**
 * Looks into files in the background, one at a time, and makes and plans channels as their items become known. Where a host
 * has measured a file, that is good enough for planning, and it is looked into only when it is planned.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #closing = new AbortController();
  readonly #files: ItemProber;
  readonly #passes: Passes;
  /** Thousands of items are looked at, even where nothing of them is unknown. */
  readonly #slices = new Slices();
  /** When a file was looked into again, by its item. */
  readonly #again = new Map<string, number>();
  /** Channels of whose items more is known than when they were planned. */
  readonly #outgrown = new Set<string>();
  /** All items are to be looked at, not only those that are planned. */
  #isAllDue = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#files = new ItemProber({
      ...options,
      signal: this.#closing.signal,
      isAwaited: (itemId) => this.#again.has(itemId),
      onSilent: () => {
        this.#isAllDue = true;
        this.#passes.wakeLater();
      },
    });
    this.#passes = new Passes({
      ...{ clock: options.clock, laterMs: LATER_MS },
      pass: (isOver) => this.#runDue(isOver),
      onFailure: (message) => options.logger.error({}, message),
    });
  }

  /** There may be something new: what is being done is finished, then all that is unknown is sorted again. */
  wake(): void {
    this.#isAllDue = true;
    this.#passes.wake();
  }

  /** Something else is planned. The libraries are as they were: all of their items would be read for nothing. */
  wakeForPlanned(): void {
    this.#passes.wake();
  }

  /** Somebody waits for an item that could not be aired: its file may be well by now. */
  lookAgain(itemId: string): void {
    const now = this.#options.clock.elapsed();
    if (now - (this.#again.get(itemId) ?? -Infinity) < AGAIN_MS) return;
    this.#again.set(itemId, now);
    this.#files.forget(itemId);
    this.wake();
  }

  async idle(): Promise<void> {
    await this.#passes.idle();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#passes.close();
  }

  /** What is broken off is still due. */
  async #runDue(isOver: () => boolean): Promise<void> {
    const isAll = this.#isAllDue;
    this.#isAllDue = false;
    let isDone = false;
    try {
      await this.#run(isAll ? await this.#contents() : [], isOver);
      isDone = !isOver();
    } finally {
      this.#isAllDue ||= isAll && !isDone;
    }
  }

  async #run(contents: readonly ChannelContent[], isOver: () => boolean): Promise<void> {
    this.#files.beginPass();
    const { catalog } = this.#options;
    const unwanted = await catalog.channels.dismissed();
    const channels = new Map((await catalog.channels.listAll()).map((channel) => [channel.id, channel]));
    for (const content of contents) {
      const { channelId } = content;
      const known = channels.get(channelId);
      if (known === undefined && !unwanted.has(channelId)) await this.#sample(content, channels, isOver);
      // Its library has something of it again, or a sidecar was ended before it was planned.
      if (known?.listed === false && !isOver()) await this.#show(known);
    }
    for (const { channel, item } of await this.#planned(channels)) {
      if (isOver()) break;
      if (this.#files.isUnknown(item) && (await this.#isUnlikePlan(channel, item))) this.#outgrown.add(channel.id);
    }
    await this.#renewOutgrown(channels);
    await this.#askAll(contents, { channels, unwanted }, isOver);
  }

  async #contents(): Promise<ChannelContent[]> {
    const items = await this.#options.outlines();
    return contentsOf(items.filter(({ missing, gone }) => !missing && !gone));
  }

  /** What will be on and nobody has looked into, what is on first at the head. */
  async #planned(channels: ReadonlyMap<string, Channel>): Promise<{ channel: Channel; item: ItemOutline }[]> {
    const { catalog, clock } = this.#options;
    const planned: { channel: Channel; item: ItemOutline; startsInMs: number }[] = [];
    for (const channel of channels.values()) {
      const onAir = segmentAt(gridOf(channel), clock.now());
      for (const { startSegment, ...item } of await catalog.items.unprobedIn(channel.id, onAir)) {
        planned.push({ channel, item, startsInMs: (startSegment - onAir) * channel.segmentSeconds * 1000 });
      }
    }
    return planned.sort((a, b) => a.startsInMs - b.startsInMs);
  }

  /** True when an item cannot be aired, or is so long that its airing would be cut or filled up with a card. */
  async #isUnlikePlan(channel: Channel, item: ItemOutline): Promise<boolean> {
    const facts = await this.#files.probe(item);
    if (facts === undefined) return !this.#closing.signal.aborted && !this.#files.isAway(item);
    const grid = gridOf(channel);
    const pace = item.pace ?? item.hostPace;
    const planned = pace === null ? 0 : segmentsIn(grid, pace.durationMs);
    return Math.abs(segmentsIn(grid, facts.durationMs) - planned) > 1;
  }

  /** Looks into everything that cannot be planned before. */
  async #askAll(
    contents: readonly ChannelContent[],
    { channels, unwanted }: { readonly channels: Map<string, Channel>; readonly unwanted: ReadonlySet<string> },
    isOver: () => boolean,
  ): Promise<void> {
    const { clock } = this.#options;
    let renewedMs = clock.elapsed();
    for (const { content, item } of inTurns(contents)) {
      await this.#slices.next();
      if (isOver()) break;
      if (!this.#files.isUnknown(item) || item.pace !== null || item.hostPace !== null) continue;
      const facts = await this.#files.probe(item);
      if (facts === undefined) continue;
      if (channels.has(content.channelId)) this.#outgrown.add(content.channelId);
      else if (!unwanted.has(content.channelId)) await this.#make(content, [facts], channels);
      // Any that a person has made may show it.
      for (const made of channels.values()) if (made.origin.kind === 'made') this.#outgrown.add(made.id);
      if (clock.elapsed() - renewedMs < RENEW_MS) continue;
      await this.#renewOutgrown(channels);
      renewedMs = clock.elapsed();
    }
    await this.#renewOutgrown(channels);
  }

  async #renewOutgrown(channels: ReadonlyMap<string, Channel>): Promise<void> {
    await this.#options.planner.renew([...this.#outgrown].flatMap((id) => channels.get(id) ?? []));
    // Those of channels that were removed meanwhile, too.
    this.#outgrown.clear();
  }

  /** Makes a channel that is new as soon as one of its items can be aired. */
  async #sample(content: ChannelContent, channels: Map<string, Channel>, isOver: () => boolean): Promise<void> {
    const known = await samplePaces(content.items, this.#files, { clock: this.#options.clock, isOver });
    if (known !== undefined && !this.#closing.signal.aborted) await this.#make(content, known, channels);
  }

  async #make(content: ChannelContent, known: readonly Pace[], channels: Map<string, Channel>): Promise<void> {
    const { catalog, defaults, logger } = this.#options;
    const { channelId, source, name, content: what } = content;
    const channel = await catalog.channels.addFound({
      ...{ id: channelId, name, description: '', group: GROUPS[what.kind], logo: { kind: 'generated' } },
      origin: { kind: 'found', source, content: what },
      ...{ enabled: true, listed: false, version: 1 },
      frameRate: commonestFrameRate(known),
      ...(await defaults()),
      programming: withSeed(programmingOf(source, what), channelId),
      timeZone: null,
    });
    channels.set(channel.id, channel);
    await this.#show(channel);
    const { num, den } = channel.frameRate;
    logger.info(
      { channel: channel.name, number: channel.number, framesPerSecond: num / den },
      'a new channel is on air',
    );
  }

  /** Plans a channel, and lists it only then: who tunes in to it finds something. */
  async #show(channel: Channel): Promise<void> {
    const { planner, show, onChannels } = this.#options;
    await planner.renew([channel]);
    this.#outgrown.delete(channel.id);
    await show(channel);
    await onChannels?.();
  }
}

/** The first item of every channel, then the second ones, and so on: no channel waits for another's hundred files. */
function* inTurns(contents: readonly ChannelContent[]): Generator<{ content: ChannelContent; item: ItemOutline }> {
  const longest = Math.max(0, ...contents.map(({ items }) => items.length));
  for (let turn = 0; turn < longest; turn++) {
    for (const content of contents) {
      const item = content.items[turn];
      if (item !== undefined) yield { content, item };
    }
  }
}
