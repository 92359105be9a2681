import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { channelInput } from '../../src/catalog/channel-input.ts';
import { Intake } from '../../src/catalog/intake.ts';
import { LineUp } from '../../src/catalog/line-up.ts';
import { Planner } from '../../src/catalog/planner.ts';
import { planningHere } from '../../src/catalog/planning-here.ts';
import { syncSource } from '../../src/catalog/sync.ts';
import { freshFolders, removeFolders, startSidecar } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

const FILMS = 5000;
const SHOWS = 150;
const EPISODES = 15_000;
const ITEMS = FILMS + EPISODES;
const CHANNELS = 100;
const DAY_MS = 86_400_000;
const PLAN_MS_BOUND = 1000;
const LATENCY_MS_BOUND = 50;
/** Between two requests of each of those who ask while planning goes on. */
const PAUSE_MS = 5;

const ALL = [{ kind: 'query', where: {} }];
const SHORT = [{ kind: 'query', where: { duration_minutes: { to: 30 }, genre: ['genre 7'] } }];
/** Each way to go through a library, with nothing named: all of it is looked through. */
const RULES = {
  'in order': { default: { content: ALL } },
  shuffle: { default: { content: ALL, order: { kind: 'shuffle', distance: 50, shows_apart: true } } },
  rotate: { default: { content: ALL, order: { kind: 'rotate' } } },
  random: { default: { content: ALL, order: { kind: 'random', distance: 50 } } },
  'dayparts and filler': {
    default: { content: ALL, order: { kind: 'shuffle', distance: 50 }, pad_minutes: 30 },
    dayparts: [
      { name: 'Films', times: [{ from: '20:00', to: '23:00' }], content: [{ kind: 'query', where: { kind: 'film' } }] },
    ],
    filler: [{ content: SHORT }],
  },
};

/** Fourteen days of a channel from a large library, and what requests bear while many channels are planned. */
export async function measurePlanning({ folder }) {
  const library = path.join(folder, 'planning-library');
  await mkdir(library, { recursive: true });
  const folders = await freshFolders();
  const file = path.join(folders.data, 'sidecast.db');
  await fill(file, `folder:${library}`);
  const planned = await plan(file);
  const latency = await underLoad(library, folders);
  await removeFolders(folders);
  const label = (name) => `14 days of a channel from ${ITEMS.toLocaleString('en')} items, ${name}`;
  const busy = `while ${CHANNELS} channels are planned`;
  return {
    rows: [
      ...Object.entries(planned).map(([name, ms]) => row(label(name), ms)),
      row(`answers ${busy}`, latency.answers),
      row(`answers before that`, latency.before),
      row(`making and planning ${CHANNELS} channels`, [latency.seconds], 's'),
    ],
    criteria: [
      ...Object.entries(planned).map(([name, ms]) => criterion(label(name), Math.max(...ms), PLAN_MS_BOUND, 'ms')),
      criterion(`the slowest answer ${busy}`, Math.max(...latency.answers), LATENCY_MS_BOUND, 'ms'),
    ],
  };
}

const logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A catalog as a sync leaves it behind, all files looked into, and one channel. */
async function fill(file, source) {
  const catalog = await openCatalog(file, { logger, now: () => Date.now() });
  const items = [
    ...Array.from({ length: FILMS }, (_, index) => item(source, index, { kind: 'film' })),
    ...Array.from({ length: EPISODES }, (_, index) => item(source, FILMS + index, episodeOf(index))),
  ];
  await syncSource({
    ...{ catalog, intake: new Intake(), now: () => Date.now(), mayShrink: false, onProgress() {} },
    ...{ statesOf: async () => [], suggestRules: async () => [] },
    signal: new AbortController().signal,
    source: {
      id: source,
      open: async () => ({
        ...{
          schema: 'bench',
          skippedRows: {},
          collections: async () => [],
          count: async () => null,
          changeMark: async () => null,
        },
        ...{ fingerprint: async () => null, statesOf: async (files) => files.map(() => undefined) },
        async *items() {
          for (let from = 0; from < items.length; from += 500) yield items.slice(from, from + 500);
        },
        async [Symbol.asyncDispose]() {},
      }),
    },
  });
  await catalog.close();
  const database = new sqlite3.Database(file);
  await promisify(database.exec.bind(database))(`update items set problem = null, facts = json_object(
    'durationMs', case kind when 'film' then 5400000 + rowid % 40 * 60000 else 1200000 + rowid % 60 * 30000 end,
    'framesPerSecond', 25, 'width', 1920, 'height', 1080, 'displayAspect', 1.777, 'videoCodec', 'h264',
    'interlaced', json('false'), 'colourMatrix', 'bt709', 'hdr', json('false'), 'seekable', json('true'),
    'soundTracks', json('[]'))`);
  await promisify(database.close.bind(database))();
}

function item(source, number, about) {
  const nobody = { file: null, apiPath: null };
  return {
    ...{ id: `item ${number}`, source, hostId: null, path: `/nowhere/${number}.mkv`, title: `Title ${number}` },
    ...{ sortTitle: `title ${number}`, show: null, season: null, episode: null, sizeBytes: 1, modifiedMs: 1 },
    ...{ showHostId: null, seasonTitle: null, episodeEnd: null, overview: 'x'.repeat(200), year: 1950 + (number % 75) },
    ...{
      originalAirDate: null,
      certificate: 'PG-13',
      stars: 7,
      genres: [`genre ${number % 20}`],
      studios: [],
      tags: [],
    },
    people: Array.from({ length: 8 }, (_, index) => ({ name: `Person ${number + index}`, role: null, kind: 'Actor' })),
    ...{ libraries: ['All'], artwork: { poster: nobody, thumb: null, backdrop: null }, parts: [], versions: [] },
    ...{ durationMs: null, framesPerSecond: null, addedMs: 0, streams: { video: null, audio: [], subtitles: [] } },
    ...{ chapters: [], markedSegments: [], providerIds: {} },
    ...about,
  };
}

function episodeOf(index) {
  const [show, place] = [index % SHOWS, Math.floor(index / SHOWS)];
  return { kind: 'episode', show: `Show ${show}`, season: 1 + Math.floor(place / 20), episode: 1 + (place % 20) };
}

/** How long a person waits for another programming, of each kind: the library is read anew each time. */
async function plan(file) {
  const catalog = await openCatalog(file, { logger, now: () => Date.now() });
  const clock = { now: () => Date.now() };
  const span = { horizonMs: 14 * DAY_MS, leastMs: 2 * DAY_MS, keepMs: DAY_MS };
  const withPlanning = planningHere(catalog);
  const planner = new Planner({ catalog, withPlanning, clock, timeZone: 'Europe/Berlin', span });
  const lineUp = new LineUp({
    ...{ catalog, withPlanning, planner, now: () => Date.now() },
    defaults: async () => ({ segmentSeconds: 2, qualities: ['1080p', '480p'], tunerQuality: '480p' }),
  });
  const taken = {};
  for (const [name, rules] of Object.entries(RULES)) {
    taken[name] = [];
    for (let round = 0; round < 3; round++) {
      const input = channelInput.parse({
        name: `${name} ${round}`,
        frame_rate: '25',
        programming: programmingOf(rules),
      });
      const [{ id }] = await lineUp.create([input]);
      const [channel] = (await catalog.channels.listAll()).filter((each) => each.id === id);
      const startedAt = performance.now();
      await lineUp.program(id, { ...channel.programming, seed: round + 1 }, () => {}, true);
      taken[name].push(performance.now() - startedAt);
    }
  }
  await catalog.close();
  return taken;
}

function programmingOf(rules) {
  return { kind: 'scheduled', ...rules };
}

/** What those have to wait who ask meanwhile, through the whole program, for what hosts and pages ask for. */
async function underLoad(library, folders) {
  const sidecar = await startSidecar({ library, folders, rest: true });
  const ask = async (address) => {
    const startedAt = performance.now();
    const response = await fetch(sidecar.url + address);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return performance.now() - startedAt;
  };
  const { id } = sidecar.channel;
  const addresses = [
    ...['/api/health', '/api/channels', '/channels.m3u', `/stream/${id}/master.m3u8`],
    ...[`/api/channels/${id}/now`, `/api/channels/${id}/guide`],
  ];
  const askUntil = async (isOver) => {
    const answers = [];
    for (let turn = 0; !isOver(); turn++) {
      answers.push(await ask(addresses[turn % addresses.length]));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return answers;
  };
  for (const address of addresses) await ask(address);
  let count = 0;
  const before = await askUntil(() => ++count > 300);
  const rules = Object.values(RULES);
  const channels = Array.from({ length: CHANNELS }, (_, index) => ({
    ...{
      name: `Channel ${index}`,
      frame_rate: '25',
      programming: programmingOf({ seed: index, ...rules[index % rules.length] }),
    },
  }));
  let isOver = false;
  const startedAt = performance.now();
  const made = fetch(`${sidecar.url}/api/channels`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(channels) },
  }).finally(() => (isOver = true));
  const answers = await askUntil(() => isOver);
  const response = await made;
  const seconds = (performance.now() - startedAt) / 1000;
  if (response.status !== 201) throw new Error(`the channels were not made: ${await response.text()}`);
  await sidecar.stop();
  return { before, answers, seconds };
}
