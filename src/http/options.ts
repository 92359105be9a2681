import type { Network } from '../access/networks.ts';
import type { Answering } from '../shared/answering.ts';
import type { Logger } from '../shared/logger.ts';
import type { Reached } from './base-url.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import type { AccessService } from './services/access.ts';
import type { ChannelService, LogoService } from './services/channels.ts';
import type { GuideService, ListingService } from './services/guide.ts';
import type { HealthService, MetricsService } from './services/health.ts';
import type { LibraryService } from './services/library.ts';
import type { StreamService } from './services/streams.ts';
import type { TunerService } from './services/tuner.ts';

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
