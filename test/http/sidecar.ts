import type { Channel } from '../../src/catalog/channels/channel.ts';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createApp } from '../../src/http/app.ts';
import { serverFor } from '../../src/http/listen.ts';
import { readPluginManifest } from '../../src/http/plugin-manifest.ts';
import { programmingOf } from '../../src/catalog/channels/contents.ts';
import type { HttpOptions } from '../../src/http/options.ts';
import type { ChannelService } from '../../src/http/services/channels.ts';
import type { ListingService, ProgrammeView } from '../../src/http/services/guide.ts';
import type { LibraryService } from '../../src/http/services/library.ts';
import type { StreamService } from '../../src/http/services/streams.ts';
import type { DescribedItem } from '../../src/catalog/library/library-reader.ts';
import { UNDESCRIBED } from '../../src/library/library-item.ts';
import { AppError } from '../../src/shared/errors.ts';
import { Answering } from '../../src/shared/answering.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { TunerSlots } from '../../src/tuner/hdhomerun/tuner-slots.ts';

export const CHANNEL = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';
export const FILMS = '7a3d8f11-9a53-5c35-8a42-0f2b9a1f7c22';
export const UNKNOWN = '00000000-0000-5000-8000-000000000000';
export const NOW = Date.UTC(2026, 10, 24, 20, 10, 0);
/** Of the channel list. */
export const LIST_CHANGED = NOW - 3_600_000;
export const SEGMENT_BYTES = Uint8Array.from({ length: 188 * 16 }, (_, index) =>
  index % 188 === 0 ? 0x47 : index % 251,
);

const channel = {
  number: '1',
  group: 'Series',
  description: '',
  logo: { kind: 'generated' },
  origin: { kind: 'made' },
  enabled: true,
  listed: true,
  frameRate: { num: 24000, den: 1001 },
  segmentSeconds: 2,
  qualities: ['720p', '480p'],
  tunerQuality: '720p',
  programming: programmingOf('folder:/films', { kind: 'films' }),
  timeZone: null,
  version: 1,
} as const;

export const CHANNELS: readonly Channel[] = [
  { ...channel, id: CHANNEL, name: 'Old <Show> & Co' },
  { ...channel, id: FILMS, number: '2', name: 'Films', group: 'Movies' },
];

/** Four episodes of half an hour each; the first has been on for ten minutes. */
export const AIRINGS: readonly ProgrammeView[] = [0, 1, 2, 3].map((index) => ({
  startMs: NOW + (index * 30 - 10) * 60_000,
  stopMs: NOW + (index * 30 + 20) * 60_000,
  item: {
    id: `part-${index + 1}`,
    kind: 'episode',
    title: `Part <${index + 1}>`,
    show: 'Old Show',
    season: 1,
    episode: index + 1,
  },
}));

/** The same, for guides. */
export const LISTING: ListingService = {
  revision: async () => 'first',
  programmes: async (_id, from, to) =>
    AIRINGS.flatMap(({ startMs, stopMs }, index) =>
      stopMs > from && startMs < to ? [{ startMs, endMs: stopMs - 90_000, stopMs, itemId: String(index) }] : [],
    ),
  describe: async (ids) =>
    new Map(
      ids.map((id) => [
        id,
        {
          ...{ ...AIRINGS[Number(id)]!.item, ...UNDESCRIBED, id },
          ...{ pictures: ['thumb'], durationMs: 1_710_000, picture: { height: 1080, aspect: 16 / 9 } },
        },
      ]),
    ),
};

const airings = async (_id: unknown, from: number, to: number) =>
  AIRINGS.filter(({ startMs, stopMs }) => stopMs > from && startMs < to);
const [FIRST = CHANNELS[0]!] = CHANNELS;

/** Channels that answer to every change as if it had been made. */
export const CHANNEL_SERVICE: ChannelService = {
  warnings: async (some) => some.map(() => []),
  find: async (id) => CHANNELS.find((each) => each.id === id),
  ...{ list: async () => CHANNELS, airings, create: async () => [FIRST], patch: async () => FIRST },
  ...{ program: async () => FIRST, remove: async () => {}, copy: async () => FIRST, order: async () => CHANNELS },
  ...{ setLogo: async () => FIRST, import: async () => CHANNELS, suggest: async () => [] },
  export: async () => ({ document: { sidecast_channels: 1, channels: [] }, channels: CHANNELS }),
  preview: async () => ({ frameRate: '25', programmes: [], airings: [], warnings: [] }),
};

const PICTURE = Buffer.from('iVBORw0KGgo=', 'base64');
const item: DescribedItem = {
  ...{ id: 'film', source: 'folder:/films', hostId: null, kind: 'film', title: 'A film', sortTitle: 'film' },
  ...{ show: null, season: null, episode: null, path: '/films/a.mkv', missing: false, problem: null, facts: null },
  description: UNDESCRIBED,
};

/** A library of one film that is never looked through. */
export const LIBRARY: LibraryService = {
  sources: ['folder:/films'],
  summaries: async () => [
    { id: 'folder:/films', state: null, libraries: [], collections: [], missing: [], unplayable: [] },
  ],
  items: async () => ({ total: 1, items: [item], next: null }),
  shows: async () => [{ source: 'folder:/films', show: 'Old Show', seasons: 1, episodes: 4, missing: 0, year: 1999 }],
  artwork: async () => ({ type: 'image/png', bytes: PICTURE }),
  sync: async () => {},
  progress: () => ({ isRunning: false, source: null, items: 0, expected: null }),
  follow: () => () => {},
};

/** Streams that keep a list of what was asked of them. */
export function recordedStreams(calls: string[], overrides: Partial<StreamService> = {}): StreamService {
  const sessions = new Map<string, { state: string }>();
  const recorded: StreamService = {
    async mediaPlaylist(id, quality, viewer) {
      return `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#VIEWER:${viewer}\n#EXTINF:2.002,\n${quality}/${id}_${quality}_segment_5.ts\n`;
    },
    catchUp: {
      startOfNow: async () => AIRINGS[0]!.startMs,
      playlist: async (_channel, quality, startMs) => `#EXTM3U\n#FROM:${startMs}\npast/${quality}/5.ts\n`,
      segment: async () => SEGMENT_BYTES,
      stream: async (_channel, quality, startMs) =>
        (async function* () {
          yield Buffer.from(`${quality} ${startMs}`);
        })(),
    },
    async masterPlaylist() {
      return '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n480p.m3u8\n';
    },
    async segment(_id, _quality, number) {
      if (number === 5) return SEGMENT_BYTES;
      throw new AppError('segment_not_found', 'segment not found');
    },
    isWatched: () => false,
    // Nothing is at hand, so that the whole way is gone.
    playlistAtHand: () => undefined,
    segmentAtHand: () => undefined,
    segmentLifetimeSeconds: () => 64,
    async watch(_id, quality) {
      return (async function* () {
        yield Buffer.from(quality ?? 'tuner');
      })();
    },
    list: (state) => [...sessions.values()].filter((session) => state === undefined || session.state === state),
    get: (id) => sessions.get(id),
    async start(id) {
      const session = sessions.get(id) ?? { channel_id: id, state: 'starting' };
      sessions.set(id, session);
      return session;
    },
    async stop(id) {
      if (!sessions.delete(id)) throw new AppError('stream_not_found', 'stream not found');
    },
    ...overrides,
  };
  return new Proxy(recorded, {
    get(target, name: keyof StreamService) {
      calls.push(name);
      return target[name];
    },
  });
}

export type RunningSidecar = Awaited<ReturnType<typeof startSidecar>>;

/** The real app on a real socket, over services made of plain values. */
export async function startSidecar(
  overrides: Partial<Omit<HttpOptions, 'settings' | 'guide'>> & {
    readonly guide?: Partial<HttpOptions['guide']>;
    readonly settings?: Partial<HttpOptions['settings']>;
    readonly stream?: Partial<StreamService>;
    readonly silentMs?: number;
    readonly requestMs?: number;
  } = {},
) {
  const calls: string[] = [];
  const app = createApp({
    streams: recordedStreams(calls, overrides.stream),
    listing: LISTING,
    tuner: {
      device: { id: '10A1B2C7', name: 'Sidecast', tunerCount: 2 },
      slots: new TunerSlots(2),
      after: systemClock().after,
    },
    channels: CHANNEL_SERVICE,
    logos: { picture: async () => PICTURE },
    access: { apiKey: undefined, links: undefined, revokeLinks: async () => {} },
    library: LIBRARY,
    health: { report: async () => ({ status: 'ok', causes: [] }) },
    metrics: {
      render: async () => ({ type: 'text/plain', text: '# HELP figures Some\n' }),
      sent: () => {},
      refused: () => {},
    },
    manifest: await readPluginManifest(),
    settingsSchema: { type: 'object', properties: { PORT: { type: 'integer' } } },
    logger: silentLogger,
    answering: new Answering(),
    isShuttingDown: () => false,
    now: () => NOW,
    ...overrides,
    guide: {
      channels: async () => CHANNELS,
      listChangedMs: () => LIST_CHANGED,
      airings,
      ...overrides.guide,
    },
    settings: {
      ...{ timeZone: 'Europe/Berlin', guidePastDays: 1, guideAheadDays: 14, guideFiller: 'hidden' },
      ...overrides.settings,
    },
  });
  const server = serverFor(app, { silentMs: overrides.silentMs, requestMs: overrides.requestMs });
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    calls,
    server,
    fetch: (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: 'manual', ...init }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** One request, byte by byte as given: clients would tidy the path up. Resolves with all that came back. */
export async function sendRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(request);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}
