import type { Links } from '../access/links.ts';
import type { Network } from '../access/networks.ts';
import type { Channel } from '../catalog/channel.ts';
import type {
  ChannelCopy,
  ChannelInput,
  ChannelOrder,
  ChannelPatch,
  LineUpDocument,
} from '../catalog/channel-input.ts';
import type { FormatChange } from '../catalog/line-up.ts';
import type { ItemFilter } from '../catalog/item-query.ts';
import type { ItemPage, ItemPageRequest, ShowSummary } from '../catalog/library-reader.ts';
import type { SourceSummary } from '../catalog/source-summary.ts';
import type { SyncProgress } from '../catalog/sync-status.ts';
import type { ArtworkKind } from '../library/library-item.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import type { Airing } from '../schedule/airing.ts';
import type { Programming } from '../schedule/programming/programming.ts';
import type { Answering } from '../shared/answering.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { StreamState } from '../stream/state.ts';
import type { TunerDevice } from '../tuner/hdhomerun/device.ts';
import type { TunerSlots } from '../tuner/hdhomerun/tuner-slots.ts';
import type { GuideItem, XmltvItem } from '../tuner/xmltv-item.ts';
import type { Reached } from './base-url.ts';
import type { CountSent } from './sent-bytes.ts';
import type { PluginManifest } from './plugin-manifest.ts';

/**
 * Programmes of the past, from their place in the schedule. What was not on air is `not_aired`. Milliseconds since the
 * epoch. `viewer` is who asks: as many may watch as of what is on air.
 */
export interface CatchUpService {
  startOfNow(channel: ChannelView): Promise<number>;
  /** VOD, or EVENT while the programme is on air. Segments are "past/1080p/123.ts". */
  playlist(channel: ChannelView, quality: Quality, startMs: number, viewer: string): Promise<string>;
  segment(channel: ChannelView, quality: Quality, segment: number, viewer: string): Promise<Uint8Array>;
  stream(
    channel: ChannelView,
    quality: Quality,
    startMs: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** Streams as HTTP needs them. What cannot be had is an AppError. */
export interface StreamService {
  readonly catchUp: CatchUpService;
  /** An HLS viewer asks for a media playlist: begins or renews the viewer's lease, waits for the first segment. */
  mediaPlaylist(channelId: string, quality: Quality, viewer: string): Promise<string>;
  /** Whether a quality is on air, or watched of the past: one that the channel has no more stays until its viewers have left. */
  isWatched(channelId: string, quality: Quality): boolean;
  /** The master playlist of a channel; starts nothing. Variants are "1080p.m3u8" and so on. */
  masterPlaylist(channelId: string): Promise<string>;
  /** The bytes of segment n; never starts a stream; throws `segment_not_found`. */
  segment(channelId: string, quality: Quality, segment: number): Promise<Uint8Array>;
  /** The playlist of a viewer whom it keeps present, where that takes no waiting: the same object while it stays as it is. */
  playlistAtHand(channelId: string, quality: Quality, viewer: string): ListedPlaylist | undefined;
  /** A segment that is in memory, and for how long it may be cached. */
  segmentAtHand(
    channelId: string,
    quality: Quality,
    segment: number,
  ): { readonly bytes: Uint8Array; readonly lifetimeSeconds: number } | undefined;
  /** For how long a segment may be cached. */
  segmentLifetimeSeconds(channel: ChannelView): number;
  /**
   * The continuous MPEG-TS; a viewer while it is iterated. Resolves when admitted. Without a quality it is the one that
   * the channel has for tuners. Must end when `signal` aborts.
   */
  watch(channelId: string, quality: Quality | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** The sessions as their JSON: all, or those in a state. */
  list(state?: StreamState): object[];
  get(channelId: string): object | undefined;
  start(channelId: string): Promise<object>;
  stop(channelId: string): Promise<void>;
}

/** A media playlist as it was written last. */
export interface ListedPlaylist {
  readonly text: string;
}

export type ChannelView = Channel;

/** One airing as pages, API and guide show it. Milliseconds since the epoch. */
export interface ProgrammeView {
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: GuideItem & { readonly id: string };
}

/** The pictures of channels. */
export interface LogoService {
  /** A PNG. */
  picture(channel: ChannelView): Promise<Buffer>;
}

/** An airing that programming would make. */
export interface PreviewedAiring extends Omit<ProgrammeView, 'item'> {
  readonly kind: Airing['kind'];
  readonly item: ProgrammeView['item'] | undefined;
}

type CheckChannel = (channel: ChannelView) => void;

/**
 * Channels as those have them who change them: all that there are. Each change is whole or not at all; `check` throws
 * where the channel is not any more what was seen. What cannot be is an AppError.
 */
export interface ChannelService {
  list(): Promise<readonly ChannelView[]>;
  find(id: string): Promise<ChannelView | undefined>;
  /** The programmes of any channel that overlap a span of time, in order. */
  airings(channel: ChannelView, fromMs: number, toMs: number): Promise<readonly ProgrammeView[]>;
  create(inputs: readonly ChannelInput[]): Promise<readonly ChannelView[]>;
  /** `channel_format_kept` where tuners would get another picture, which may not be. */
  patch(id: string, patch: ChannelPatch, check: CheckChannel, how: FormatChange): Promise<ChannelView>;
  /** With `isNow` what is on air is cut. */
  program(id: string, programming: Programming, check: CheckChannel, isNow: boolean): Promise<ChannelView>;
  remove(id: string, check: CheckChannel): Promise<void>;
  copy(id: string, copy: ChannelCopy): Promise<ChannelView>;
  order(order: ChannelOrder, check: (channels: readonly ChannelView[]) => void): Promise<readonly ChannelView[]>;
  /** Without a picture the name is drawn. */
  setLogo(
    id: string,
    picture: { readonly bytes: Buffer } | { readonly url: string } | undefined,
    check: CheckChannel,
  ): Promise<ChannelView>;
  export(): Promise<{ readonly document: LineUpDocument; readonly channels: readonly ChannelView[] }>;
  /** `check` throws where channels are not what was seen; `isTouched` where any that there is would change. */
  import(
    document: LineUpDocument,
    how: FormatChange & {
      readonly replace: boolean;
      readonly check: (all: readonly ChannelView[], isTouched: boolean) => void;
    },
  ): Promise<readonly ChannelView[]>;
  /** What programming would show from now on, for so long. */
  preview(
    asked: Pick<ChannelInput, 'programming' | 'time_zone' | 'frame_rate' | 'segment_seconds'>,
    forMs: number,
  ): Promise<{ readonly frameRate: string; readonly airings: readonly PreviewedAiring[] }>;
  suggest(): Promise<readonly ChannelInput[]>;
}

/** What airs when. */
export interface GuideService {
  /** In the order of their numbers. Asked on every request: answer from memory. */
  channels(): Promise<readonly ChannelView[]>;
  /** When anything that the channel list says of them changed the last time, milliseconds since the epoch. */
  listChangedMs(): number;
  /** The airings that overlap a span of time, in order. */
  airings(channelId: string, fromMs: number, toMs: number): Promise<readonly ProgrammeView[]>;
}

/** What guides of many channels and days tell of: programmes, and what they show apart from them. */
export interface ListingService {
  /** Another one whenever programmes have changed, or what is known of an item. */
  revision(): Promise<string>;
  /** Those that overlap a span of time, in order. */
  programmes(channelId: string, fromMs: number, toMs: number): Promise<readonly ListedProgramme[]>;
  describe(itemIds: readonly string[]): Promise<ReadonlyMap<string, XmltvItem>>;
}

/** A programme of a listing. Milliseconds since the epoch. */
export interface ListedProgramme {
  readonly startMs: number;
  /** Where its own last part ends; what comes then is filler. */
  readonly endMs: number;
  readonly stopMs: number;
  readonly itemId: string;
}

export interface HealthCause {
  readonly code: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly causes: readonly HealthCause[];
}

export interface HealthService {
  report(): Promise<HealthReport>;
}

/** The HDHomeRun that the sidecar is for hosts which want one. */
export interface TunerService {
  readonly device: TunerDevice;
  readonly slots: TunerSlots;
  readonly after: Clock['after'];
}

/** What an HDHomeRun on a port of its own is made of. */
export type DeviceOptions = Pick<
  HttpOptions,
  | 'streams'
  | 'guide'
  | 'listing'
  | 'tuner'
  | 'metrics'
  | 'settings'
  | 'access'
  | 'logger'
  | 'answering'
  | 'isShuttingDown'
  | 'now'
>;

/** The figures, for Prometheus. */
export interface MetricsService {
  render(): Promise<{ readonly type: string; readonly text: string }>;
  readonly sent: CountSent;
}

/** How far a look through the libraries has come. */
export interface LibraryProgress extends SyncProgress {
  /** Libraries are being looked through, or will be at once. */
  readonly isRunning: boolean;
}

/** The libraries as HTTP needs them. */
export interface LibraryService {
  /** The ids of the sources, in the order of the settings. */
  readonly sources: readonly string[];
  summaries(): Promise<readonly SourceSummary[]>;
  items(request: ItemPageRequest): Promise<ItemPage>;
  shows(
    filter: Pick<ItemFilter, 'search' | 'source' | 'library'>,
    limit: number,
    after?: { readonly show: string; readonly source: string },
  ): Promise<readonly ShowSummary[]>;
  /** A picture of an item; undefined where it has none of that kind. */
  artwork(itemId: string, kind: ArtworkKind, width?: number): Promise<{ type: string; bytes: Buffer } | undefined>;
  /** Looks through a source, or all; what fails is in its summary afterwards. */
  sync(request: { readonly source?: string; readonly mayShrink: boolean }): Promise<void>;
  progress(): LibraryProgress;
  /** Calls back with each step of a sync; returns what ends that. */
  follow(listener: () => void): () => void;
}

/** What lets people and their programs in. */
export interface AccessService {
  /** The API and the pages ask for it; undefined where they do not. */
  readonly apiKey: string | undefined;
  /** Signs addresses; undefined where they are not. */
  readonly links: Links | undefined;
  /** Makes every signed address worthless that was given until now. */
  revokeLinks(): Promise<void>;
}

/** All that the HTTP side is made of. */
export interface HttpOptions {
  readonly streams: StreamService;
  readonly guide: GuideService;
  readonly listing: ListingService;
  readonly channels: ChannelService;
  readonly tuner: TunerService;
  readonly logos: LogoService;
  readonly access: AccessService;
  readonly health: HealthService;
  readonly metrics: MetricsService;
  readonly library: LibraryService;
  readonly manifest: PluginManifest;
  /** The JSON schema of the settings, for the manifest. */
  readonly settingsSchema: object;
  readonly settings: Reached & {
    /** No key is asked for from there. */
    readonly trustedNetworks?: readonly Network[] | undefined;
    /** How many days back programmes are offered; absent or 0 for none. */
    readonly catchUpDays?: number | undefined;
    /** How far the guide goes back and ahead. */
    readonly guidePastDays: number;
    readonly guideAheadDays: number;
    /** `gap`: a programme in the guide ends where it does, not where the next one begins. */
    readonly guideFiller: 'hidden' | 'gap';
    /** IANA name: the times on the pages. */
    readonly timeZone: string;
  };
  readonly logger: Logger;
  readonly isShuttingDown: () => boolean;
  /** Told of everybody who asks for something. */
  readonly answering: Answering;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
