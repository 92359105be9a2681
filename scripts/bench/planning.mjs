import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { Intake } from '../../src/catalog/library/intake.ts';
import { syncSource } from '../../src/catalog/library/sync.ts';
import { FACTS } from './facts.mjs';
import { freshFolders, quiet, removeFolders, startSidecar } from './sidecar.mjs';
import { criterion, median, row } from './stats.mjs';

const FILMS = 5000;
const SHOWS = 150;
const EPISODES = 15_000;
const ITEMS = FILMS + EPISODES;
const CHANNELS = 100;
const PLAN_MS_BOUND = 1000;
const BLOCKED_MS_BOUND = 50;
const ROUNDS = 3;
const LOOP_WATCH = path.join(import.meta.dirname, 'loop-watch.mjs');
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
  const filled = path.join(folder, 'planning.db');
  await fill(filled, `folder:${library}`);
  const planned = await plan(library, filled);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await underLoad(library, filled));
  const label = (name) => `14 days of a channel from ${ITEMS.toLocaleString('en')} items, ${name}`;
  const whilePlanned = `while ${CHANNELS} channels are planned`;
  const [busy, rest] = [rounds.map((round) => round.busy), rounds.map((round) => round.rest)];
  const slowest = (parts) => parts.map(({ answers }) => Math.max(...answers));
  const longest = (parts) => parts.map(({ stops }) => Math.max(...stops));
  const waiting = (when, parts) => [
    row(
      `answers ${when}`,
      parts.flatMap(({ answers }) => answers),
    ),
    row('  the slowest of a round', slowest(parts)),
    row('  longest stop of the event loop in a round', longest(parts)),
  ];
  return {
    rows: [
      ...Object.entries(planned).map(([name, ms]) => row(label(name), ms)),
      ...waiting(whilePlanned, busy),
      ...waiting('for as long with nothing planned', rest),
      row(
        `making and planning ${CHANNELS} channels`,
        rounds.map(({ seconds }) => seconds),
        's',
      ),
    ],
    criteria: [
      ...Object.entries(planned).map(([name, ms]) => criterion(label(name), Math.max(...ms), PLAN_MS_BOUND, 'ms')),
      criterion(`longest stop of the event loop ${whilePlanned}`, Math.max(...longest(busy)), BLOCKED_MS_BOUND, 'ms'),
      criterion(
        `the slowest answer ${whilePlanned}, less with nothing planned`,
        median(slowest(busy)) - median(slowest(rest)),
        BLOCKED_MS_BOUND,
        'ms',
      ),
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
  const durationMs = `case kind when 'film' then 5400000 + rowid % 40 * 60000 else 1200000 + rowid % 60 * 30000 end`;
  const facts = `json_set('${JSON.stringify(FACTS)}', '$.durationMs', ${durationMs})`;
  await promisify(database.exec.bind(database))(`update items set problem = null, facts = ${facts}`);
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

/** How long a person waits for another programming, of each kind, through the whole program. */
async function plan(library, filled) {
  const { sidecar, close } = await startFilled(library, filled);
  const taken = {};
  for (const [name, rules] of Object.entries(RULES)) {
    taken[name] = [];
    const short = programmingOf({ default: { content: [{ kind: 'show', show: 'Show 1' }] } });
    const { id } = await send(sidecar, 'POST', '/api/channels', { name, frame_rate: '25', programming: short });
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      const address = `/api/channels/${id}/programming?apply_now=true`;
      await send(sidecar, 'PUT', address, programmingOf({ ...rules, seed: round + 1 }));
      taken[name].push(performance.now() - startedAt);
    }
  }
  await close();
  return taken;
}

/** A sidecar with a catalog of its own, as it was filled. */
async function startFilled(library, filled, more = {}) {
  const folders = await freshFolders();
  await copyFile(filled, path.join(folders.data, 'sidecast.db'));
  const sidecar = await startSidecar({ library, folders, rest: true, ...more });
  return {
    sidecar,
    close: async () => {
      await sidecar.stop();
      await removeFolders(folders);
    },
  };
}

async function send({ url }, method, address, body) {
  const response = await fetch(url + address, {
    ...{ method, body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', 'if-match': '*' },
  });
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
  return response.json();
}

function programmingOf(rules) {
  return { kind: 'scheduled', ...rules };
}

/**
 * What those have to wait who ask meanwhile, through the whole program, for what hosts and pages ask for; and for as long,
 * afterwards, with nothing planned: that is what the machine and who asks add.
 */
async function underLoad(library, filled) {
  const stopsFile = `${filled}.stops`;
  const { sidecar, close } = await startFilled(library, filled, {
    nodeOptions: ['--import', LOOP_WATCH],
    env: { LOOP_WATCH: stopsFile },
  });
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
  /** Asks for one after the other until something is over. */
  const askDuring = async (over) => {
    let isOver = false;
    const settled = over.finally(() => (isOver = true));
    const answers = [];
    await longestStops(sidecar, stopsFile);
    for (let turn = 0; !isOver; turn++) {
      answers.push(await ask(addresses[turn % addresses.length]));
      await delay(PAUSE_MS);
    }
    await settled;
    return { answers, stops: await longestStops(sidecar, stopsFile) };
  };
  for (const address of addresses) await ask(address);
  const rules = Object.values(RULES);
  const channels = Array.from({ length: CHANNELS }, (_, index) => ({
    ...{ name: `Channel ${index}`, frame_rate: '25' },
    programming: programmingOf({ seed: index, ...rules[index % rules.length] }),
  }));
  const startedAt = performance.now();
  const busy = await askDuring(send(sidecar, 'POST', '/api/channels', channels));
  const seconds = (performance.now() - startedAt) / 1000;
  await quiet(sidecar);
  const rest = await askDuring(delay(seconds * 1000));
  await close();
  return { busy, rest, seconds };
}

/** For how long the event loop has stood still at once since the last time this was asked: some, the longest first. */
async function longestStops({ pid }, file) {
  const written = async () => (await stat(file).catch(() => undefined))?.mtimeMs;
  const before = await written();
  process.kill(pid, 'SIGUSR2');
  while ((await written()) === before) await delay(10);
  return JSON.parse(await readFile(file, 'utf8'));
}
