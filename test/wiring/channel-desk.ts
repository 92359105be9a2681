import path from 'node:path';
import { openCatalog } from '../../src/catalog/catalog.ts';
import type { ChannelDefaults } from '../../src/catalog/channels/new-channels.ts';
import { Planner } from '../../src/catalog/planning/planner.ts';
import { planningHere } from '../../src/catalog/planning/planning-here.ts';
import { programmesOf } from '../../src/catalog/guide/programmes.ts';
import { ChannelLogos } from '../../src/artwork/channel-logos.ts';
import { Pictures } from '../../src/drawing/pictures.ts';
import { parseSettings } from '../../src/config.ts';
import { AppError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ChannelList } from '../../src/wiring/channel-list.ts';
import { channelService } from '../../src/wiring/channel-service.ts';
import { episode, facts, film, sourceOf, sync, temporaryFolder } from '../catalog/samples.ts';
import { startSidecar } from '../http/sidecar.ts';
import { WoundClock } from '../support/wound-clock.ts';
import sharp from 'sharp';
import { servePictures } from '../support/picture-server.ts';

export const START_MS = Date.UTC(2026, 5, 1, 6);
const MINUTE_MS = 60_000;
const DEFAULTS: ChannelDefaults = { segmentSeconds: 2, qualities: ['1080p', '480p'], tunerQuality: '480p' };

/** A show and films, whose frame rates differ. */
const EPISODES = [1, 2, 3].map((number) => episode('Show', number));
const FILMS = [50, 70, 90].map((minutes) => film(`${minutes}`, { genres: ['Comedy'], year: 1984 }));

/** The HTTP side over a real catalog that is really planned; streams alone are only told what to do. */
export async function openDesk() {
  const folder = await temporaryFolder();
  const clock = new WoundClock(START_MS);
  const now = () => clock.now();
  const catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now });
  await sync(
    catalog,
    sourceOf('folder:/films', () => [...FILMS, ...EPISODES]),
  );
  for (const each of EPISODES) await catalog.items.setFacts(each, each, facts({ durationMs: 24 * MINUTE_MS }));
  for (const each of FILMS) {
    const measured = facts({ durationMs: Number(each.id) * MINUTE_MS, frameRate: { num: 24, den: 1 } });
    await catalog.items.setFacts(each, each, measured);
  }
  const span = { horizonMs: 86_400_000, leastMs: 86_400_000, keepMs: 86_400_000 };
  const withPlanning = planningHere(catalog);
  const planner = new Planner({ catalog, withPlanning, clock, timeZone: 'Europe/Berlin', span });
  const channels = await ChannelList.open(catalog);
  const streams: string[] = [];
  const mediaServer = await servePictures({
    '/logo.png': { headers: { 'content-type': 'image/png' }, body: await aPicture() },
    '/icon.svg': { headers: { 'content-type': 'image/svg+xml' }, body: '<svg/>' },
    '/page': { headers: { 'content-type': 'text/html' }, body: 'x' },
  });
  const pictures = new Pictures();
  const service = channelService({
    ...{ catalog, withPlanning, channels, clock, pictures },
    settings: parseSettings({ env: { SIDECAST_TIME_ZONE: 'Europe/Berlin', SIDECAST_JELLYFIN_URL: mediaServer.url } }),
    libraries: { edit: (change, how) => planner.edit(change, how), channelDefaults: async () => DEFAULTS },
    streams: {
      async stopStream(id) {
        streams.push(`stop ${id}`);
        throw new AppError('stream_not_found', 'nobody watches');
      },
      changeChannel: async ({ id, qualities }) => void streams.push(`change ${id} ${qualities.join(' ')}`),
      reloadPlan: async () => void streams.push('reload'),
    },
  });
  const sidecar = await startSidecar({
    ...{ channels: service, now },
    logos: new ChannelLogos({
      given: (id) => catalog.logos.get(id),
      draw: (name, shade) => pictures.logo(name, shade),
    }),
    guide: {
      channels: async () => channels.all,
      airings: async (id, fromMs, toMs) => {
        const channel = channels.get(id);
        return channel === undefined ? [] : programmesOf(catalog, channel, fromMs, toMs);
      },
    },
  });
  return {
    ...{ catalog, planner, clock, sidecar, streams, mediaServer },
    /** One request; JSON goes out and comes back. */
    async ask(method: string, address: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
      const response = await sidecar.fetch(address, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJSON = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      const json = isJSON ? JSON.parse(text) : undefined;
      return {
        status: response.status,
        json,
        text,
        etag: response.headers.get('etag') ?? '',
        headers: response.headers,
      };
    },
    async [Symbol.asyncDispose]() {
      await sidecar[Symbol.asyncDispose]();
      pictures[Symbol.dispose]();
      await mediaServer[Symbol.asyncDispose]();
      await planner.close();
      await catalog.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function aPicture(): Promise<Buffer> {
  return sharp({ create: { width: 900, height: 300, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
