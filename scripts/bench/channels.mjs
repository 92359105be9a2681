import { link, mkdir, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchTS } from './client.mjs';
import { measureCrowd } from './crowd.mjs';
import { ffmpeg } from './ffmpeg.mjs';
import { childrenOf, familySeconds, residentMB } from './proc.mjs';
import { say } from './say.mjs';
import { freshFolders, json, removeFolders, startSidecar } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

const CHANNELS = 40;
const SEGMENT_SECONDS = 2;
const FILM_SECONDS = 12;
const SEGMENTS = FILM_SECONDS / SEGMENT_SECONDS;
/** So many channels are developed at a time, beforehand. */
const AT_A_TIME = 2;
const SECONDS = 30;
const LIMIT_MS = 120_000;

/** 40 channels from reels, each with a viewer, in real time, beside what one channel costs that is encoded. */
export async function measureChannels({ films, folder }) {
  const library = path.join(folder, 'shows');
  await makeShows(films.minute.file, library);
  const folders = await freshFolders();
  const env = { SIDECAST_QUALITIES: '480p', SIDECAST_TUNER_QUALITY: '480p' };
  const sidecar = await startSidecar({ library, folders, env });
  const channels = await allChannels(sidecar);
  const urls = channels.map(({ id }) => `${sidecar.url}/stream/${id}.ts`);

  const before = await familySeconds(sidecar.pid);
  for (let at = 0; at < CHANNELS; at += AT_A_TIME)
    await develop(sidecar, urls.slice(at, at + AT_A_TIME), SEGMENTS * (at + AT_A_TIME));
  say('\n');
  const developing = (await familySeconds(sidecar.pid)) - before;
  await untilOver(sidecar);

  const crowd = await measureCrowd({
    ...{ pid: sidecar.pid, kind: 'ts', urls, viewers: CHANNELS, seconds: SECONDS, segmentMs: SEGMENT_SECONDS * 1000 },
  });
  const streams = await json(sidecar, '/api/streams');
  const { length: children } = await childrenOf(sidecar.pid);
  const memoryMB = await residentMB(sidecar.pid);
  await sidecar.stop();
  await removeFolders(folders);
  const ofEncoded = (developing * 1000) / (CHANNELS * FILM_SECONDS);
  const ofAll = (crowd.cpuSeconds * 1000) / crowd.seconds;
  return {
    rows: [
      row('40 channels from reels, a viewer each, for each second', [ofAll], 'ms CPU'),
      row('  one of them', [ofAll / CHANNELS], 'ms CPU'),
      row('one channel in 480p that is encoded, for each second', [ofEncoded], 'ms CPU'),
      row('slowest segment, from its publication', [crowd.slowestMs]),
      row('segments sent', [crowd.segments], ''),
      row('memory', [memoryMB], 'MB'),
    ],
    criteria: [
      criterion('segments that came after their successor was published', crowd.late, 0, ''),
      criterion('child processes meanwhile', children, 0, ''),
      criterion('channels that were not on air', CHANNELS - streams.length, 0, ''),
      criterion('segments that did not come', Math.max(0, expected(crowd.seconds) - crowd.segments), 0, ''),
    ],
  };
}

/** Segments that all viewers together have been sent whole, at least. */
function expected(seconds) {
  return CHANNELS * (Math.floor(seconds / SEGMENT_SECONDS) - 1);
}

/** A show for each channel, of one episode: the same file under many names. */
async function makeShows(film, library) {
  await mkdir(library, { recursive: true });
  const file = path.join(path.dirname(library), 'episode.mp4');
  const small = ['-vf', 'scale=854:480', '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '2M', '-c:a', 'copy'];
  await ffmpeg(['-i', film, '-t', String(FILM_SECONDS), ...small, file]);
  // Old enough to be taken as complete at first sight.
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(file, yesterday, yesterday);
  for (let number = 1; number <= CHANNELS; number++) {
    const show = `Show ${String(number).padStart(2, '0')}`;
    await mkdir(path.join(library, show));
    await link(file, path.join(library, show, `${show} S01E01.mp4`));
  }
}

async function allChannels(sidecar) {
  for (const deadline = performance.now() + LIMIT_MS; performance.now() < deadline; await delay(250)) {
    const channels = await json(sidecar, '/api/channels');
    if (channels.length === CHANNELS) return channels;
  }
  throw new Error(`there are not ${CHANNELS} channels: ${sidecar.log()}`);
}

/** Watches some channels until their films are in the store, so many segments in all. */
async function develop(sidecar, urls, segments) {
  const viewers = await Promise.all(urls.map((url) => watchTS(url)));
  const deadline = performance.now() + LIMIT_MS;
  while ((await stored(sidecar)) < segments || (await childrenOf(sidecar.pid)).length > 0) {
    if (performance.now() > deadline) throw new Error(`not developed in time: ${sidecar.log()}`);
    await delay(100);
  }
  for (const viewer of viewers) viewer.stop();
  for (const url of urls) {
    const id = path.basename(url, '.ts');
    await fetch(`${sidecar.url}/api/streams/${id}`, { method: 'DELETE' });
  }
  say('.');
}

/** Segments of films in the store; cards have one. */
async function stored({ folders }) {
  const reels = path.join(folders.data, 'reels');
  const keys = (await readdir(reels)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const counts = await Promise.all(
    keys.map(async (key) => (await readdir(path.join(reels, key))).filter((name) => name.endsWith('.ts')).length),
  );
  return counts.filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
}

async function untilOver(sidecar) {
  while ((await json(sidecar, '/api/streams')).length > 0) await delay(250);
}
