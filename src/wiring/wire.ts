import type { Server } from 'node:http';
import { ChannelLogos } from '../artwork/channel-logos.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { offAirInWords } from '../catalog/warnings/channel-warnings.ts';
import { programmesOf } from '../catalog/guide/programmes.ts';
import { settingsJSONSchema } from '../config.ts';
import { addressBase } from '../http/address-base.ts';
import { createApp } from '../http/app.ts';
import { serverFor, stopListening } from '../http/listen.ts';
import type { AccessService } from '../http/services/access.ts';
import type { ChannelService } from '../http/services/channels.ts';
import type { MetricsService } from '../http/services/health.ts';
import { readPluginManifest } from '../http/plugin-manifest.ts';
import type { LibraryService } from '../http/services/library.ts';
import type { DiskRoom } from '../shared/disk-room.ts';
import type { StreamService } from '../stream/stream-service.ts';
import { renderM3u } from '../tuner/m3u.ts';
import type { ChannelList } from './channel-list.ts';
import { ListChange } from './list-change.ts';
import type { Common } from './parts.ts';
import { mainTuner, openTuners } from './tuners.ts';

export interface WireOptions extends Common {
  readonly streams: StreamService;
  readonly disk: DiskRoom;
  readonly metrics: MetricsService;
  readonly catalog: Catalog;
  readonly channels: ChannelList;
  readonly channelService: ChannelService;
  readonly library: LibraryService;
  readonly access: AccessService;
  /** Aborted when the sidecar stops. */
  readonly stopping: AbortSignal;
}

/** The HTTP side over the rest. */
export interface Wire {
  /** Does not listen yet. */
  readonly server: Server;
  /** Opens what is beside the main port, once that one is known. */
  readonly openTuners: (mainPort: number) => Promise<void>;
}

export async function openWire(options: WireOptions): Promise<Wire> {
  const { settings, logger, clock, health, closers, streams, disk, metrics, catalog, channels, stopping, access } =
    options;
  const notebook = catalog.settings;
  const listChange = await ListChange.open({
    notebook,
    now: () => clock.now(),
    list: () =>
      renderM3u({
        channels: channels.all,
        base: addressBase(settings.baseUrl ?? '', access.links),
        catchUpDays: settings.catchUpDays,
      }),
  });
  closers.add(() => listChange.close());
  channels.onChange(() => listChange.look());
  const http = {
    streams,
    guide: {
      channels: async () => channels.all,
      listChangedMs: () => listChange.atMs(),
      airings: async (channelId: string, fromMs: number, toMs: number) => {
        const channel = channels.get(channelId);
        return channel === undefined ? [] : programmesOf(catalog, channel, fromMs, toMs);
      },
    },
    listing: {
      revision: () => catalog.guide.revision(),
      programmes: async (channelId: string, fromMs: number, toMs: number) => {
        const channel = channels.get(channelId);
        return channel === undefined ? [] : catalog.guide.programmes(channel, fromMs, toMs);
      },
      describe: (itemIds: readonly string[]) => catalog.guide.items(itemIds),
    },
    metrics: {
      ...metrics,
      refused: (code: string, message: string) => {
        metrics.refused(code, message);
        // A tuner's viewer sees no words.
        if (code === 'machine_at_capacity') health.raise(code, '', `a viewer was refused, since ${message}`);
      },
    },
    settings,
    access,
    logger,
    answering: options.answering,
    isShuttingDown: () => stopping.aborted,
    now: () => clock.now(),
  };
  const tellOffAir = health.teller('channel_off_air');
  /** Told anew each time: a channel may run out of what it shows by itself. */
  async function lookForOffAir(): Promise<void> {
    // A database that cannot be read is told of by itself.
    const known = await offAirInWords(catalog, channels.all, clock.now()).catch(() => undefined);
    tellOffAir(known);
  }
  const tuner = await mainTuner(options, notebook);
  const server = serverFor(
    createApp({
      ...http,
      tuner,
      health: {
        report: async () => {
          await disk.look();
          await lookForOffAir();
          return health.report();
        },
      },
      logos: new ChannelLogos({
        given: (channelId) => catalog.logos.get(channelId),
        draw: (name, shade) => options.pictures.logo(name, shade),
      }),
      channels: options.channelService,
      library: options.library,
      manifest: await readPluginManifest(),
      settingsSchema: settingsJSONSchema(),
    }),
  );
  closers.add(() => stopListening(server));
  return { server, openTuners: (mainPort) => openTuners(options, { main: tuner, mainPort, notebook, http }) };
}
