import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { v4 as uuid } from 'uuid';
import type { Channel } from '../../src/catalog/channels/channel.ts';
import { programmingOf } from '../../src/catalog/channels/contents.ts';
import { gridOf } from '../../src/catalog/channels/channel.ts';
import { Pictures } from '../../src/drawing/pictures.ts';
import { Developer } from '../../src/reels/developer.ts';
import { EncodersHere } from '../../src/reels/encoders-here.ts';
import { ReelStore } from '../../src/reels/reel-store.ts';
import type { LaunchRun } from '../../src/reels/run.ts';
import type { Speeds } from '../../src/reels/speeds.ts';
import { segmentAt } from '../../src/schedule/grid.ts';
import { SegmentMemory } from '../../src/segments/segment-memory.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { Cards } from '../../src/stream/cards/cards.ts';
import type { PlannedAiring } from '../../src/stream/plan/programme-window.ts';
import { Splicer } from '../../src/stream/playout/splicer.ts';
import { StreamManager, type StreamManagerOptions } from '../../src/stream/stream-manager.ts';
import { filmFacts, launch } from '../support/developed.ts';
import { filmFile } from '../support/films.ts';
import { parsePlaylist } from '../support/hls-player.ts';
import { unknownSpeeds } from '../support/speeds.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

const START_MS = Date.UTC(2026, 5, 1, 20);
const GRACE_MS = 30_000;
const CLEANUP_MS = 60_000;
const CHANNEL: Channel = {
  id: uuid(),
  number: '1',
  name: 'Films',
  ...{ group: '', description: '', logo: { kind: 'generated' }, origin: { kind: 'made' } },
  ...{ enabled: true, listed: true, version: 1 },
  frameRate: { num: 25, den: 1 },
  segmentSeconds: 1,
  qualities: ['480p'],
  tunerQuality: '480p',
  programming: programmingOf('folder:/films', { kind: 'films' }),
  timeZone: null,
};

const OTHER: Channel = { ...CHANNEL, id: uuid(), number: '2', name: 'Others' };

const pictures = new Pictures();
afterAll(() => pictures[Symbol.dispose]());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manager-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A manager over real ffmpeg and real folders; its one channel airs a film over and over. */
async function openManager({
  start = launch,
  clock = new WoundClock(START_MS),
  onPublished = () => {},
  onDrawn = () => {},
  refusePlan = () => {},
  planOf,
  ...effort
}: {
  start?: LaunchRun;
  clock?: WoundClock;
  onPublished?: StreamManagerOptions['onPublished'];
  /** Hears the heading of each card. */
  onDrawn?: (heading: string) => void;
  /** Throws where the plan cannot be read. */
  refusePlan?: () => void;
  planOf?: StreamManagerOptions['planOf'];
  preset?: string;
  speeds?: Speeds;
} = {}) {
  const now = () => clock.now();
  const store = await ReelStore.open({
    directory: path.join(folder, 'reels'),
    budgetBytes: 1e9,
    airsAgainIn: async (segments) => segments.map(() => 0),
  });
  const file = await filmFile('mkvAt25');
  const { size, mtimeMs } = await stat(file);
  const facts = await filmFacts('mkvAt25');
  const item = { id: 'film', title: 'Film', path: file, sizeBytes: size, modifiedMs: mtimeMs, facts, problem: null };
  const first = segmentAt(gridOf(CHANNEL), clock.now()) - 3;
  const plan: PlannedAiring[] = Array.from({ length: 400 }, (_, index) => ({
    item,
    airing: {
      ...{ kind: 'programme', channelId: CHANNEL.id, itemId: 'film', strand: '', block: first + 10 * index },
      startSegment: first + 10 * index,
      stopSegment: first + 10 * index + 10,
      reelStart: 0,
    },
  }));
  let runs = 0;
  let idle = 0;
  const counted: LaunchRun = (args, options) => {
    runs++;
    return start(args, options);
  };
  const developer = new Developer({
    store,
    launch: counted,
    preset: 'superfast',
    now,
    logger: silentLogger,
    markOf: async () => 'the same',
    tell: () => {},
  });
  const streamsDirectory = path.join(folder, 'streams');
  const manager = new StreamManager({
    streamsDirectory,
    encoders: new EncodersHere({ best: 'none', prove: async () => true, onChange: () => {} }),
    ...{ speeds: unknownSpeeds(), preset: 'superfast', ...effort },
    windowSegments: 15,
    aheadSeconds: 5,
    planOf: planOf ?? (async () => (refusePlan(), plan)),
    developer,
    splicer: new Splicer({ store, audioLanguages: [], canToneMap: false }),
    cards: await Cards.open({
      ...{ directory: path.join(folder, 'cards'), developer, store, now },
      draw: (text) => (onDrawn(text.heading), pictures.card(text)),
    }),
    timeZone: 'UTC',
    lookAgain: () => {},
    memory: new SegmentMemory({ limitBytes: 1e7 }),
    clock,
    logger: silentLogger,
    onPolling: () => {},
    admit: async () => {},
    tellHealth: () => () => {},
    onPublished,
    channelOf: async (id) => [CHANNEL, OTHER].find((channel) => channel.id === id),
    gracePeriodMs: GRACE_MS,
    cleanupIntervalMs: CLEANUP_MS,
    maxViewers: 3,
    maxViewersPerChannel: 2,
    onIdle: () => void idle++,
  });
  manager.start();
  return {
    manager,
    clock,
    streamsDirectory,
    runs: () => runs,
    running: () => developer.running,
    idle: () => idle,
    onAir: () => segmentAt(gridOf(CHANNEL), clock.now()),
    [Symbol.asyncDispose]: () => manager.stop(),
  };
}

/** An hour of showings of which none has a reel in common with another. */
async function unlikeFilms(channelId: string, name: string): Promise<PlannedAiring[]> {
  const file = path.join(folder, `${name}.mkv`);
  await symlink(await filmFile('mkvAt25'), file).catch(() => {});
  const facts = await filmFacts('mkvAt25');
  const first = segmentAt(gridOf(CHANNEL), START_MS) - 3;
  return Array.from({ length: 500 }, (_, index) => ({
    item: { id: `${name} ${index}`, title: 'Film', path: file, sizeBytes: 1, modifiedMs: index, facts, problem: null },
    airing: {
      ...{ kind: 'programme', channelId, itemId: `${name} ${index}`, strand: '', block: first + 8 * index },
      startSegment: first + 8 * index,
      stopSegment: first + 8 * index + 8,
      reelStart: 0,
    },
  }));
}

test('a client is registered, watches, leaves, and the stream ends after the grace period', async () => {
  await using opened = await openManager();
  const { manager, clock, streamsDirectory, onAir, idle } = opened;
  const session = await manager.registerClient(CHANNEL.id);
  await until('the stream is active', () => session.getState() === 'active');
  const [quality] = session.getQualities();
  const playlist = parsePlaylist(await readFile(quality?.playlistPath ?? '', 'utf8'));
  expect(playlist.mediaSequence).toBe(onAir());
  expect(session.getClientCount()).toBe(1);

  await manager.unregisterClient(CHANNEL.id);
  expect(manager.getStream(CHANNEL.id)).toBe(session);
  await clock.wind(CLEANUP_MS + 1);
  await until('the stream is swept', () => manager.getStream(CHANNEL.id) === undefined);
  expect(session.getState()).toBe('idle');
  expect(await readdir(streamsDirectory)).not.toContain(CHANNEL.id);
  await until('there is nothing to do', () => idle() === 1);
});

test('whoever tunes in has a lead before ffmpeg has to start once more', async () => {
  let starts = 0;
  const start: LaunchRun = (args, options) => {
    if (args.some((word) => word.endsWith('.mkv'))) starts++;
    return launch(args, options);
  };
  const startsBefore = new Map<number, number>();
  const onPublished = ({ segment }: { segment: number }) => void startsBefore.set(segment, starts);
  await using opened = await openManager({ start, onPublished });
  const newest = opened.onAir() + 2;
  await opened.manager.registerClient(CHANNEL.id);
  expect(await until('all that is due is published', () => startsBefore.get(newest))).toBe(1);
});

test('whoever comes back gets the preset that the machine carries now', async () => {
  const presets = { one: [] as string[], two: [] as string[] };
  const start: LaunchRun = (args, options) => {
    const preset = args[args.indexOf('-preset') + 1] ?? '';
    for (const name of ['one', 'two'] as const) {
      if (args.includes(path.join(folder, `${name}.mkv`))) presets[name].push(preset);
    }
    return launch(args, options);
  };
  await using opened = await openManager({
    ...{ start, preset: 'veryfast' },
    // It carries one with each preset, but not two with the slower one.
    speeds: unknownSpeeds({ processors: 1, ratios: new Map([['none', 1.17]]) }),
    planOf: async (channelId) => unlikeFilms(channelId, channelId === CHANNEL.id ? 'one' : 'two'),
  });
  const { manager, clock } = opened;
  const tuneIn = async (channel: Channel): Promise<void> => {
    const session = await manager.registerClient(channel.id);
    await until('it is on air', () => session.getState() === 'active' && opened.running() === 0);
  };
  await tuneIn(CHANNEL);
  await manager.unregisterClient(CHANNEL.id);
  await tuneIn(OTHER);
  await tuneIn(CHANNEL);
  await until('both have gone on', async () => {
    await clock.wind(500);
    return presets.one.length >= 2 && presets.two.length >= 2;
  });
  // The first run of a tune-in always has the fastest.
  expect(presets.one.slice(0, 2)).toEqual(['superfast', 'superfast']);
  expect(presets.two.slice(0, 2)).toEqual(['superfast', 'veryfast']);
});

test('cards have the name that the channel has by now', async () => {
  const headings: string[] = [];
  await using opened = await openManager({ onDrawn: (heading) => void headings.push(heading) });
  const { manager, clock } = opened;
  await manager.registerClient(CHANNEL.id);
  await until('a card is at hand', () => headings.includes(CHANNEL.name));
  await manager.changeChannel({ ...CHANNEL, name: 'Cinema', version: CHANNEL.version + 1 });
  await until('one with the new name is', async () => {
    await clock.wind(500);
    return headings.includes('Cinema');
  });
});

/** Its timers fire a little before their time has come, as the system's do; it has by the time that one has looked. */
class EarlyClock extends WoundClock {
  #earlyMs = 0;

  override now(): number {
    return super.now() - this.#earlyMs;
  }

  override after(delayMs: number, action: () => void) {
    return super.after(delayMs, () => {
      this.#earlyMs = Math.min(delayMs, 0.5);
      action();
      this.#earlyMs = 0;
    });
  }
}

test('a segment goes on air when it is due, though the timer for it came too early', async () => {
  const clock = new EarlyClock(START_MS);
  const published: number[] = [];
  await using opened = await openManager({ clock, onPublished: ({ segment }) => void published.push(segment) });
  const { manager, onAir, runs, running } = opened;
  await manager.registerClient(CHANNEL.id);
  const next = onAir() + 3;
  await until('all before it is published', () => published.includes(next - 1));
  // Nothing else than its timer has playout look.
  await until('the rest of the film is developed', () => runs() > 0 && running() === 0);
  await clock.wind(1000);
  await until('it is published, without any more time', async () => {
    await clock.wind(0);
    return published.includes(next);
  });
});

test('the tree is looked through for orphans after the start and after a stream, and then left alone', async () => {
  await using opened = await openManager();
  const { manager, clock, streamsDirectory } = opened;
  const orphan = async () => {
    const name = uuid();
    await mkdir(path.join(streamsDirectory, name), { recursive: true });
    return name;
  };
  const isThere = async (name: string) => (await readdir(streamsDirectory)).includes(name);
  const first = await orphan();
  await clock.wind(2 * CLEANUP_MS);
  await until('the first is removed', async () => !(await isThere(first)));
  const second = await orphan();
  for (let sweep = 0; sweep < 3; sweep++) await clock.wind(CLEANUP_MS);
  expect(await isThere(second)).toBe(true);
  await manager.startStream(CHANNEL.id);
  await manager.stopStream(CHANNEL.id);
  await clock.wind(2 * CLEANUP_MS);
  await until('the second is removed', async () => !(await isThere(second)));
});

test('a stream that cannot begin leaves no folder behind', async () => {
  let isLocked = false;
  const refusePlan = () => {
    if (isLocked) throw new Error('the database is locked');
  };
  await using opened = await openManager({ refusePlan });
  const { manager, clock, streamsDirectory } = opened;
  for (let sweep = 0; sweep < 3; sweep++) await clock.wind(CLEANUP_MS);
  isLocked = true;
  await expect(manager.startStream(CHANNEL.id)).rejects.toThrow('locked');
  expect(manager.listStreams()).toEqual([]);
  await clock.wind(CLEANUP_MS);
  await until('its folder is removed', async () => !(await readdir(streamsDirectory)).includes(CHANNEL.id));
  isLocked = false;
  const session = await manager.registerClient(CHANNEL.id);
  await until('it begins after all', () => session.getState() === 'active');
});

test('those who start a channel together share one session and one run', async () => {
  await using opened = await openManager();
  const { manager, runs } = opened;
  const sessions = await Promise.all([
    manager.startStream(CHANNEL.id),
    manager.startStream(CHANNEL.id),
    manager.registerClient(CHANNEL.id),
  ]);
  expect(new Set(sessions).size).toBe(1);
  expect(await manager.startStream(CHANNEL.id)).toBe(sessions[0]);
  await until('one segment is listed', () => sessions[0]?.getState() === 'active');
  expect(runs()).toBeLessThanOrEqual(2);
});

test('a tune-in while the stream stops waits for its end and gets a stream of its own', async () => {
  await using opened = await openManager();
  const { manager } = opened;
  const first = await manager.registerClient(CHANNEL.id);
  const stopping = manager.stopStream(CHANNEL.id);
  const second = await manager.registerClient(CHANNEL.id);
  await stopping;
  expect(second).not.toBe(first);
  expect([first.getState(), second.getClientCount()]).toEqual(['idle', 1]);
  // The first one's viewer hears late that its stream has ended.
  const late = manager.unregisterClient(CHANNEL.id, { session: first });
  await expect(late).rejects.toMatchObject({ code: 'stream_not_found' });
  expect(second.getClientCount()).toBe(1);
});

test('a tune-in that a stop overtakes gets a stream of its own', async () => {
  await using opened = await openManager();
  const { manager } = opened;
  await manager.startStream(CHANNEL.id);
  const tuningIn = manager.registerClient(CHANNEL.id);
  await manager.stopStream(CHANNEL.id);
  const session = await tuningIn;
  expect(manager.getStream(CHANNEL.id)).toBe(session);
  expect(session.getClientCount()).toBe(1);
});

test('a channel takes as many viewers as it may have; a name that is in comes in once more and counts once', async () => {
  await using opened = await openManager();
  const { manager } = opened;
  const session = await manager.registerClient(CHANNEL.id, { viewer: 'ann' });
  await manager.registerClient(CHANNEL.id, { viewer: 'ann' });
  await manager.registerClient(CHANNEL.id);
  expect(session.getClientCount()).toBe(2);
  await expect(manager.registerClient(CHANNEL.id)).rejects.toMatchObject({
    code: 'too_many_viewers',
    message: expect.stringContaining('SIDECAST_MAX_VIEWERS_PER_CHANNEL'),
  });
  await manager.registerClient(CHANNEL.id, { viewer: 'ann' });
  for (let times = 0; times < 3; times++) await manager.unregisterClient(CHANNEL.id, { viewer: 'ann' });
  expect(session.getClientCount()).toBe(1);
  await manager.registerClient(CHANNEL.id, { viewer: 'bob' });
  expect(session.getClientCount()).toBe(2);
});

test('all channels together take as many viewers as there may be, and none is put on air for one who is refused', async () => {
  await using opened = await openManager();
  const { manager } = opened;
  await Promise.all([manager.registerClient(CHANNEL.id), manager.registerClient(CHANNEL.id)]);
  const arrivals = await Promise.allSettled([manager.registerClient(OTHER.id), manager.registerClient(OTHER.id)]);
  expect(arrivals.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await manager.stopStream(OTHER.id);
  await manager.registerClient(OTHER.id);
  const refused = manager.registerClient(uuid());
  await expect(refused).rejects.toMatchObject({
    code: 'too_many_viewers',
    message: expect.stringMatching(/SIDECAST_MAX_VIEWERS$/),
  });
});

test('without an ffmpeg the stream fails in words, tries on while it is watched, and is given up when it is not', async () => {
  const broken: LaunchRun = () => ({
    pid: 0,
    exited: Promise.resolve({ exitCode: null, lines: ['no such encoder'] }),
    lowerPriority: () => {},
    terminate: async () => {},
  });
  await using opened = await openManager({ start: broken });
  const { manager, clock } = opened;
  const session = await manager.registerClient(CHANNEL.id);
  await until('it has failed', async () => {
    await clock.wind(500);
    return session.getState() === 'failed';
  });
  expect(session.getLastError()).toContain('no such encoder');
  await until('it has been tried more often than one that nobody watches', async () => {
    await clock.wind(500);
    return session.getErrorCount() > 7;
  });
  expect(manager.getStream(CHANNEL.id)).toBe(session);
  await manager.unregisterClient(CHANNEL.id);
  await until('it is given up', async () => {
    await clock.wind(500);
    return manager.getStream(CHANNEL.id) === undefined;
  });
  expect(session.getState()).toBe('idle');
});

test('what cannot be had is refused by its code', async () => {
  const { manager } = await openManager();
  await expect(manager.stopStream(CHANNEL.id)).rejects.toMatchObject({ code: 'stream_not_found' });
  await expect(manager.unregisterClient(CHANNEL.id)).rejects.toMatchObject({ code: 'stream_not_found' });
  await expect(manager.startStream(uuid())).rejects.toMatchObject({ code: 'channel_not_found' });
  const tuneIn = manager.registerClient(CHANNEL.id, { quality: '1080p' });
  await expect(tuneIn).rejects.toMatchObject({ code: 'invalid_quality' });
  await Promise.all([manager.stop(), manager.stop()]);
  await expect(manager.registerClient(CHANNEL.id)).rejects.toMatchObject({ code: 'manager_stopped' });
  expect(() => manager.start()).toThrow(expect.objectContaining({ code: 'manager_stopped' }));
});
