import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { end, makeTempFolder, removeFolder, start } from './cleanup.mjs';
import { childrenOf, familySeconds } from './proc.mjs';

export const MAIN = path.join(import.meta.dirname, '../../dist/main.js');
/** Quiet: no child, and less processor time than this in half a second. */
const QUIET_SECONDS = 0.03;
const START_LIMIT_MS = 30_000;
/** On a busy machine, too. */
const DEVELOP_LIMIT_MS = 240_000;

/** Folders of a sidecar's own. */
export async function freshFolders() {
  return { data: await makeTempFolder('sidecast-bench-data-'), streams: await freshStreams() };
}

/** A fresh segment output tree, in memory as it is by default. */
export function freshStreams() {
  return makeTempFolder('sidecast-bench-streams-', { inMemory: true });
}

export async function removeFolders({ data, streams }) {
  await removeFolder(data);
  await removeFolder(streams);
}

/**
 * The sidecar in a process of its own, through its command line; resolves when it lists its channel and, unless `rest`
 * is false, is quiet.
 */
export async function startSidecar({
  library,
  folders,
  segmentSeconds = 2,
  rest = true,
  limitMs = START_LIMIT_MS,
  env = {},
  nodeOptions = [],
  stdio,
}) {
  await mkdir(folders.streams, { recursive: true });
  const child = start(process.execPath, ['--max-semi-space-size=1', ...nodeOptions, MAIN], {
    ...(stdio === undefined ? {} : { stdio }),
    env: {
      PATH: process.env.PATH ?? '',
      // As scripts/start sets it.
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '1',
      MALLOC_MMAP_THRESHOLD_: '262144',
      SIDECAST_HOST: '127.0.0.1',
      SIDECAST_PORT: '0',
      SIDECAST_LIBRARY: `folder:${library}`,
      SIDECAST_DATA_DIR: folders.data,
      SIDECAST_STREAMS_DIR: folders.streams,
      SIDECAST_SEGMENT_SECONDS: String(segmentSeconds),
      // Not to be measured at each start.
      SIDECAST_HARDWARE_ACCEL: 'none',
      SIDECAST_TUNER_QUALITY: '1080p',
      ...env,
    },
  });
  let output = '';
  let log = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (log += String(text)));
  const sidecar = {
    pid: child.pid,
    child,
    folders,
    url: '',
    channel: undefined,
    log: () => log,
    stop: () => end(child),
    async kill() {
      child.kill('SIGKILL');
      await end(child);
    },
  };
  const deadline = performance.now() + limitMs;
  while (sidecar.channel === undefined) {
    if (child.exitCode !== null) throw new Error(`the sidecar ended with ${child.exitCode}: ${log}`);
    if (performance.now() > deadline) throw new Error(`the sidecar lists no channel: ${output}${log}`);
    await delay(50);
    sidecar.url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
    const channels = sidecar.url === '' ? [] : await json(sidecar, '/api/channels').catch(() => []);
    sidecar.channel = channels.find(({ listed }) => listed);
  }
  if (rest) await quiet(sidecar);
  return sidecar;
}

/** Resolves when the sidecar has no child and does next to nothing. */
export async function quiet({ pid }) {
  for (let looks = 0; looks < 240; looks++) {
    const before = await familySeconds(pid);
    await delay(500);
    if ((await childrenOf(pid)).length === 0 && (await familySeconds(pid)) - before < QUIET_SECONDS) return;
  }
  throw new Error('the sidecar does not become quiet');
}

/** Resolves when so many segments of the film are in the store. */
export async function untilDeveloped(sidecar, segments) {
  await until(async () => (await developedSegments(sidecar)) >= segments, sidecar);
}

/** Resolves when a film of so many segments is in the store to its end, and the sidecar's ffmpeg has ended. */
export async function untilAllDeveloped(sidecar, segments) {
  await untilDeveloped(sidecar, segments);
  await until(async () => (await childrenOf(sidecar.pid)).length === 0, sidecar);
}

async function until(isTrue, sidecar) {
  const deadline = performance.now() + DEVELOP_LIMIT_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not developed in time: ${sidecar.log()}`);
    await delay(100);
  }
}

/** What the sidecar answers to a GET of JSON. */
export async function json({ url }, address) {
  const response = await fetch(url + address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Takes the channel off the air, as a host may. */
export async function stopStream({ url, channel }) {
  const response = await fetch(`${url}/api/streams/${channel.id}`, { method: 'DELETE' });
  if (response.status !== 204 && response.status !== 404) throw new Error(`DELETE: ${response.status}`);
}

/** The segment of the film that the channel shows as its segment n (24 fps: whole seconds). */
export async function reelSegmentOf(sidecar, segment) {
  const { now } = await json(sidecar, `/api/channels/${sidecar.channel.id}/now`);
  const seconds = sidecar.channel.segment_seconds;
  const startSegment = Math.round(Date.parse(now.start) / (seconds * 1000));
  const stopSegment = Math.round(Date.parse(now.end) / (seconds * 1000));
  const length = stopSegment - startSegment;
  // A film alone is shown again and again.
  return (((segment - startSegment) % length) + length) % length;
}

/** How many segments of 1080p are in the store: the largest reel; cards are of one segment. */
export async function developedSegments({ folders }) {
  const reels = path.join(folders.data, 'reels');
  const keys = (await readdir(reels)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const counts = await Promise.all(
    keys.map(async (key) => (await readdir(path.join(reels, key))).filter((name) => name.endsWith('.ts')).length),
  );
  return Math.max(0, ...counts);
}
