import { once } from 'node:events';
import { link, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start } from './cleanup.mjs';
import { FACTS } from './facts.mjs';
import { freePort } from './free-port.mjs';
import { makeJellyfin, pathOfEpisode, runSQL } from './jellyfin.mjs';
import { residentMB } from './proc.mjs';
import { say } from './say.mjs';
import { freshFolders, json, MAIN, quiet, removeFolders, startSidecar } from './sidecar.mjs';
import { criterion, median, row } from './stats.mjs';

const CHANNELS = 1000;
const SIZES = [1, 10, 100, CHANNELS];
const ROUNDS = 5;
const EPISODES = 50_000;
/** As the library of the stand-in says, too. */
const EPISODE_MS = FACTS.durationMs;
const DAYS = 14;
const SECONDS_BOUND = 1;
const BOUND_CHANNELS = 100;
/** How much more than in proportion the largest guide may take. */
const LINEAR_BOUND = 1.5;
const MEMORY_BOUND_MB = 64;
const PLANNED_LIMIT_MS = 600_000;

/** Guides of 14 days for 1 to 1,000 channels of a large library, as a host that reads quickly gets them. */
export async function measureGuide({ folder }) {
  const host = path.join(folder, 'guide-jellyfin');
  const library = { films: 0, shows: CHANNELS, episodes: EPISODES, media: path.join(folder, 'guide-media') };
  await makeJellyfin(host, library);
  await makeFiles(library);
  const folders = await freshFolders();
  await syncAndKnow(host, folders);

  const ports = await Promise.all(SIZES.slice(0, -1).map(freePort));
  const devices = ports.map((port, index) => `${port}=Some:1-${SIZES[index]}`);
  const env = { SIDECAST_LIBRARY: `jellyfin:${host}`, SIDECAST_HDHOMERUN_DEVICES: devices.join(',') };
  const sidecar = await startSidecar({ library: '', folders, env, rest: false, limitMs: PLANNED_LIMIT_MS });
  await allPlanned(sidecar);
  const urls = [...ports.map((port) => `http://127.0.0.1:${port}`), sidecar.url];
  const seen = [];
  for (const [index, size] of SIZES.entries()) seen.push(await measureSize(sidecar, urls[index], size));
  await sidecar.stop();
  await removeFolders(folders);

  const [hundred, thousand] = [BOUND_CHANNELS, CHANNELS].map((size) => seen.find((each) => each.size === size));
  const perChannel = ({ size, ms }) => median(ms) / size;
  return {
    rows: seen.flatMap(({ size, ms, firstMs, gzipMs, bytes, gzipBytes, memoryMB, slowestMs }) => {
      const label = `guide of ${size.toLocaleString('en')} channels`;
      return [
        row(label, ms),
        row('  first byte', firstMs),
        row('  compressed, while others ask', gzipMs),
        row('  size', [bytes / 1e6], 'MB'),
        row('  size, compressed', [gzipBytes / 1e6], 'MB'),
        row('  memory more than before', [memoryMB], 'MB'),
        row('  slowest other request meanwhile', slowestMs),
      ];
    }),
    criteria: [
      criterion(`guide of ${BOUND_CHANNELS} channels`, median(hundred.ms) / 1000, SECONDS_BOUND, 's'),
      criterion(
        'a channel among 1,000, beside one among 100',
        perChannel(thousand) / perChannel(hundred),
        LINEAR_BOUND,
      ),
      criterion('memory that the largest guide takes', thousand.memoryMB, MEMORY_BOUND_MB, 'MB'),
    ],
  };
}

async function measureSize(sidecar, url, size) {
  const seen = { size, ms: [], firstMs: [], gzipMs: [], slowestMs: [] };
  const { programmes, channels } = await count(`${url}/guide.xml`);
  if (channels !== size || programmes < (size * DAYS * 86_400_000) / EPISODE_MS - size) {
    throw new Error(`a guide of ${size} channels has ${channels}, and ${programmes} programmes`);
  }
  await quiet(sidecar);
  const beforeMB = await residentMB(sidecar.pid);
  await writeFile(`/proc/${sidecar.pid}/clear_refs`, '5');
  for (let round = 0; round < ROUNDS; round++) {
    const plain = await read(`${url}/guide.xml`);
    const others = askMeanwhile(sidecar);
    const zipped = await read(`${url}/guide.xml.gz`);
    seen.slowestMs.push(await others.stop());
    seen.ms.push(plain.ms);
    seen.firstMs.push(plain.firstMs);
    seen.gzipMs.push(zipped.ms);
    Object.assign(seen, { bytes: plain.bytes, gzipBytes: zipped.bytes });
  }
  const peak = /^VmHWM:\s+(\d+)/m.exec(await readFile(`/proc/${sidecar.pid}/status`, 'utf8'))?.[1];
  return { ...seen, memoryMB: Math.max(0, (Number(peak) * 1024) / 1e6 - beforeMB) };
}

/** Reads without keeping anything. */
function read(url, onText = () => {}) {
  return new Promise((resolve, reject) => {
    const askedAt = performance.now();
    const request = http.get(url, { agent: false }, (response) => {
      let bytes = 0;
      let firstMs;
      response.on('data', (part) => {
        firstMs ??= performance.now() - askedAt;
        bytes += part.length;
        onText(part);
      });
      response.on('end', () => resolve({ bytes, firstMs, ms: performance.now() - askedAt }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

async function count(url) {
  let rest = '';
  const counts = { channels: 0, programmes: 0 };
  await read(url, (part) => {
    const text = rest + part.toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    for (const [, name] of text.slice(0, end).matchAll(/^<(channel|programme) /gm)) counts[`${name}s`]++;
  });
  return counts;
}

/** Asks for something small all the time; `stop` tells the slowest answer. */
function askMeanwhile(sidecar) {
  let isOver = false;
  let slowestMs = 0;
  const asking = (async () => {
    while (!isOver) {
      slowestMs = Math.max(slowestMs, (await read(`${sidecar.url}/api/health`)).ms);
      await delay(5);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return slowestMs;
    },
  };
}

async function makeFiles({ shows, episodes, media }) {
  const file = path.join(path.dirname(media), 'episode.mkv');
  await writeFile(file, 'x');
  // Old enough to be taken as complete at first sight.
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(file, yesterday, yesterday);
  const paths = Array.from({ length: episodes }, (_, index) => pathOfEpisode(index + 1, { shows, media }));
  for (const folder of new Set(paths.map((each) => path.dirname(each)))) await mkdir(folder, { recursive: true });
  for (const each of paths) await link(file, each);
}

/** The library is in the catalog, as if every file had been looked into: that takes an hour. */
async function syncAndKnow(host, { data }) {
  const env = { PATH: process.env.PATH, SIDECAST_DATA_DIR: data, SIDECAST_LIBRARY: `jellyfin:${host}` };
  const child = start(process.execPath, [MAIN, 'sync'], { env });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the sync went wrong: ${output}`);
  await runSQL(path.join(data, 'sidecast.db'), `update items set facts = '${JSON.stringify(FACTS)}'`);
}

async function allPlanned(sidecar) {
  const deadline = performance.now() + PLANNED_LIMIT_MS;
  for (let channels = []; channels.length < CHANNELS; await delay(1000)) {
    if (performance.now() > deadline) throw new Error(`there are not ${CHANNELS} channels: ${sidecar.log()}`);
    channels = await json(sidecar, '/api/channels');
    say('.');
  }
  await quiet(sidecar);
  say('\n');
}
