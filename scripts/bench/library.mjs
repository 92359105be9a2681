import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { start } from './cleanup.mjs';
import { makeJellyfin } from './jellyfin.mjs';
import { MAIN } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

const FILMS = 5000;
const SHOWS = 450;
const EPISODES = SHOWS * 100;
const ITEMS = FILMS + EPISODES;
const SECONDS_BOUND = 30;
const UNCHANGED_SECONDS_BOUND = 15;
const MEMORY_BOUND_MB = 300;

/** A large library of a media server, synced for the first time and again with nothing changed. */
export async function measureLibrary({ folder }) {
  const host = path.join(folder, 'jellyfin');
  await makeJellyfin(host, { films: FILMS, shows: SHOWS, episodes: EPISODES, media: '/media' });
  const data = path.join(folder, 'library-data');
  const first = await sync(host, data);
  const again = await sync(host, data);
  const seconds = (ms) => ms / 1000;
  const label = `a sync of ${ITEMS.toLocaleString('en')} items`;
  return {
    rows: [
      row(`${label}, new`, [seconds(first.ms)], 's'),
      row(`${label}, nothing changed`, [seconds(again.ms)], 's'),
      row('most memory, new', [first.peakMB], 'MB'),
      row('most memory, nothing changed', [again.peakMB], 'MB'),
    ],
    criteria: [
      criterion(`${label}, new`, seconds(first.ms), SECONDS_BOUND, 's'),
      criterion(`${label}, nothing changed`, seconds(again.ms), UNCHANGED_SECONDS_BOUND, 's'),
      criterion('most memory', Math.max(first.peakMB, again.peakMB), MEMORY_BOUND_MB, 'MB'),
    ],
  };
}

async function sync(host, data) {
  const startedAt = performance.now();
  const child = start(process.execPath, [MAIN, 'sync'], {
    env: {
      PATH: process.env.PATH,
      MALLOC_ARENA_MAX: '1',
      SIDECAST_DATA_DIR: data,
      SIDECAST_LIBRARY: `jellyfin:${host}`,
    },
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  let peakMB = 0;
  const look = setInterval(() => {
    void memoryOf(child.pid).then((found) => (peakMB = Math.max(peakMB, found)));
  }, 50);
  const [code] = await once(child, 'close');
  clearInterval(look);
  const films = Number(/(\d+) films/.exec(output)?.[1]);
  const episodes = Number(/(\d+) episodes/.exec(output)?.[1]);
  if (code !== 0 || films !== FILMS || episodes !== EPISODES) throw new Error(`the sync went wrong: ${output}`);
  return { ms: performance.now() - startedAt, peakMB };
}

/** What a process and those that it has started hold, in MB. */
async function memoryOf(pid) {
  const read = (name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const own = (Number(/^VmRSS:\s+(\d+)/m.exec(await read('status'))?.[1] ?? 0) * 1024) / 1e6;
  const children = (await read(`task/${pid}/children`)).split(' ').filter(Boolean);
  return own + (await Promise.all(children.map(memoryOf))).reduce((sum, found) => sum + found, 0);
}
