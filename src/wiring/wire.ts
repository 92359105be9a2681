import type { Server } from 'node:http';
import type { Catalog } from '../catalog/catalog.ts';
import { programmesOf } from '../catalog/plan.ts';
import { settingsJSONSchema } from '../config.ts';
import { createApp } from '../http/app.ts';
import { serverFor, stopListening } from '../http/listen.ts';
import { readPluginManifest } from '../http/plugin-manifest.ts';
import type { DiskRoom } from '../shared/disk-room.ts';
import type { StreamService } from '../stream/stream-service.ts';
import type { ChannelList } from './channel-list.ts';
import type { Common } from './parts.ts';

export interface WireOptions extends Common {
  readonly streams: StreamService;
  readonly disk: DiskRoom;
  readonly catalog: Catalog;
  readonly channels: ChannelList;
  /** Aborted when the sidecar stops. */
  readonly stopping: AbortSignal;
}

/** The HTTP side over the rest; it does not listen yet. */
export async function openWire(options: WireOptions): Promise<Server> {
  const { settings, logger, clock, health, closers, streams, disk, catalog, channels, stopping } = options;
  const server = serverFor(
    createApp({
      streams,
      guide: {
        channels: async () => channels.all,
        airings: async (channelId, fromMs, toMs) => {
          const channel = channels.get(channelId);
          return channel === undefined ? [] : programmesOf(catalog, channel, fromMs, toMs);
        },
      },
      health: {
        report: async () => {
          await disk.look();
          return health.report();
        },
      },
      manifest: await readPluginManifest(),
      settingsSchema: settingsJSONSchema(),
      settings,
      logger,
      isShuttingDown: () => stopping.aborted,
      now: () => clock.now(),
    }),
  );
  closers.add(() => stopListening(server));
  return server;
}
