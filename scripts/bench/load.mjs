import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchTS } from './client.mjs';
import { end, start } from './cleanup.mjs';
import { measureCrowd } from './crowd.mjs';
import { compared } from './load-figures.mjs';
import { hasNginx, startNginx } from './nginx.mjs';
import { hlsUrl, tsUrl } from './player.mjs';
import { freshStreams, startSidecar, untilAllDeveloped } from './sidecar.mjs';
import { keptFolder } from './films.mjs';
import { ownSeconds } from './proc.mjs';
import { say } from './say.mjs';

/** The film of a minute: 62 s in segments of 2 s, 5 Mbit/s. */
const SEGMENTS = 31;
const SEGMENT_MS = 2000;
const ROUNDS = 3;
/** Long against the clock ticks in which the kernel counts: a crowd costs a few hundred milliseconds in it. */
const SECONDS = 16;
/** V8 goes on to optimise for most of a minute at so few requests; what is measured is every minute after. */
const WARM_UP_SECONDS = 50;
const PLAIN = path.join(import.meta.dirname, 'plain.mjs');

/** Segments as fast as 200 connections take them. */
export const measureFullSpeed = besideNginx({
  viewers: 200,
  isInTime: false,
  ours: (sidecar) => ['eager', hlsUrl(sidecar)],
  theirs: (url, id) => ['eager', `${url}/${id}/1080p.m3u8`],
  what: 'both: 200 connections ask for the newest segment as fast as it comes',
});

/** 200 viewers of HLS in real time. */
export const measureHLSViewers = besideNginx({
  viewers: 200,
  isInTime: true,
  ours: (sidecar) => ['hls', hlsUrl(sidecar)],
  theirs: (url, id) => ['hls', `${url}/${id}/1080p.m3u8`],
  what: 'both: each of 200 viewers asks for the playlist and the new segment, every 2 s, each at its own moment',
});

/**
 * 100 viewers of the continuous TS in real time; nginx has them ask for each segment when it is there, each at its own
 * moment, as players do. What it would cost if all of them asked in the same millisecond is told, too.
 */
export const measureTSViewers = besideNginx({
  viewers: 100,
  isInTime: true,
  ours: (sidecar) => ['ts', tsUrl(sidecar)],
  theirs: (url, id) => ['segments', `${url}/${id}/1080p/${id}_1080p_segment_`],
  isAlsoAtOnce: true,
  what: 'sidecar: 100 responses that do not end; nginx: 100 viewers ask for each segment, no playlists, each at its own moment',
});

/** A case, measured at the sidecar, at nginx with the files of its tree, and at Node's bare HTTP with the same, in turns. */
function besideNginx({ viewers, isInTime, ours, theirs, isAlsoAtOnce = false, what }) {
  return async function measureLoad({ films }) {
    const folders = { data: await keptFolder('load'), streams: await freshStreams() };
    const sidecar = await startSidecar({ library: films.minute.library, folders });
    // Present throughout, so that the tree is filled while others have the viewers.
    const viewer = await watchTS(tsUrl(sidecar));
    await untilAllDeveloped(sidecar, SEGMENTS);
    const others = { plain: await startPlain(folders.streams) };
    if (hasNginx()) others.nginx = await startNginx(folders.streams);
    const measure = (pid, [kind, url], options) =>
      measureCrowd({ pid, kind, urls: [url], viewers, seconds: SECONDS, segmentMs: SEGMENT_MS, ...options });
    const measureOther = ({ pid, url }, options) => measure(pid, theirs(url, sidecar.channel.id), options);
    const warmUp = { seconds: WARM_UP_SECONDS };
    await Promise.all([measure(sidecar.pid, ours(sidecar), warmUp), measureOther(others.plain, warmUp)]);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const nginx = others.nginx && (await measureOther(others.nginx));
      const atOnce = isAlsoAtOnce && others.nginx && (await measureOther(others.nginx, { isAtOnce: true }));
      const plain = await measureOther(others.plain);
      const channel = await channelShare(sidecar.pid);
      rounds.push({ nginx, atOnce, plain, channel, sidecar: await measure(sidecar.pid, ours(sidecar)) });
      say('.');
    }
    say('\n');
    viewer.stop();
    for (const other of Object.values(others)) await other.stop();
    await sidecar.stop();
    return compared(rounds, { isInTime, what });
  };
}

async function startPlain(folder) {
  const child = start(process.execPath, ['--max-semi-space-size=1', PLAIN, folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => end(child) };
}

/** Processors that the channel keeps busy by itself, with one viewer. */
async function channelShare(pid) {
  const before = { cpu: await ownSeconds(pid), at: performance.now() };
  await delay(SECONDS * 1000);
  return ((await ownSeconds(pid)) - before.cpu) / ((performance.now() - before.at) / 1000);
}
