import { readdir } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fetchPlaylist } from '../bench/client.mjs';
import { reapedSeconds } from '../bench/proc.mjs';
import { say } from '../bench/say.mjs';
import { freshFolders, json, quiet, removeFolders } from '../bench/sidecar.mjs';
import { criterion, row } from '../bench/stats.mjs';
import { TsViewer } from './players.mjs';
import { addressesOf, look, startFromReels } from './probed-sidecar.mjs';

/** As often as that everything has been done once, so that what is made once is there when the counting begins. */
const WARM_UP = 40;
/** After so many cycles the stream is left to end by itself. */
const LEFT_ALONE = 50;
const LIMIT_MS = 20_000;
/** No viewer, no grace: streams end as soon as they are looked for. */
const HURRIED = { SIDECAST_GRACE_PERIOD_SECONDS: '0', SIDECAST_CLEANUP_INTERVAL_SECONDS: '1' };

/** Tune-ins and tune-outs of a channel from reels, two at once, also while it is being stopped: what do they leave? */
export async function soakCycles({ folder, amount }) {
  const folders = await freshFolders();
  const sidecar = await startFromReels({ folder, folders, env: HURRIED });
  const wrong = [];
  await cycle(sidecar, WARM_UP, wrong);
  await untilOver(sidecar);
  const ffmpegBefore = await reapedSeconds(sidecar.pid);
  const before = await look(sidecar);
  await cycle(sidecar, amount, wrong);
  await untilOver(sidecar);
  const after = await look(sidecar);
  const ffmpegSeconds = (await reapedSeconds(sidecar.pid)) - ffmpegBefore;
  const left = {
    streams: (await readdir(folders.streams)).filter((name) => name !== '.writing'),
    written: await readdir(path.join(folders.streams, '.writing')),
    runs: await readdir(path.join(folders.data, 'reels', 'runs')).catch(() => []),
  };
  const log = sidecar.log();
  await sidecar.stop();
  await removeFolders(folders);

  const more = (name) => Math.max(0, after[name] - before[name]);
  const kinds = Object.keys(after.resources).filter((name) => after.resources[name] > (before.resources[name] ?? 0));
  return {
    rows: [
      row('tune-ins', [2 * amount], ''),
      row('heap before and after', [before.heapKB, after.heapKB], 'KB'),
      row('buffers before and after', [before.buffersKB, after.buffersKB], 'KB'),
      row('memory before and after', [before.residentMB, after.residentMB], 'MB'),
      row('open files before and after', [before.files, after.files], ''),
    ],
    criteria: [
      criterion('child processes left', after.children, 0, ''),
      criterion('processor time of ffmpeg meanwhile', ffmpegSeconds, 0, 's'),
      criterion('open files left', more('files'), 0, ''),
      criterion('threads left', more('threads'), 0, ''),
      criterion('kinds of timers, sockets and watchers of which some are left', kinds.length, 0, ''),
      criterion('folders and files left', Object.values(left).flat().length, 0, ''),
      criterion('sessions that were not one for two viewers', wrong.length, 0, ''),
      criterion('warnings of too many listeners', log.split('MaxListenersExceeded').length - 1, 0, ''),
    ],
    notes: [
      ...wrong.slice(0, 5),
      ...kinds.map((name) => `${name}: ${before.resources[name] ?? 0} before, ${after.resources[name]} after`),
      ...Object.values(left).flat().slice(0, 5),
    ],
  };
}

async function cycle(sidecar, amount, wrong) {
  const { ts, hls } = addressesOf(sidecar);
  let stopping = Promise.resolve();
  for (let count = 0; count < amount; count++) {
    // Two at once; in every third cycle while the stream of the one before is being stopped.
    const viewer = new TsViewer(ts);
    const [playlist] = await Promise.all([
      persistently(() => fetchPlaylist(hls)),
      until(() => viewer.bytes > 0, 'no byte of the stream has come'),
      stopping,
    ]);
    if (count % 3 === 2) {
      // Nobody has been stopping it for a while, so it must be as it should.
      await persistently(() => fetchPlaylist(playlist.url));
      const sessions = await json(sidecar, '/api/streams');
      const [{ client_count: clients, ffmpeg_pid: pid } = {}] = sessions;
      if (sessions.length !== 1 || !(clients >= 2) || pid !== 0) wrong.push(JSON.stringify(sessions));
    }
    viewer.stop();
    if (count % 3 === 0) stopping = stop(sidecar);
    else if (count % 3 === 1) await stop(sidecar);
    if (count % LEFT_ALONE === LEFT_ALONE - 1) {
      await stopping;
      await untilOver(sidecar);
      say('.');
    }
  }
  await stopping;
  say('\n');
}

/** Who asked a stream that was just stopped is told to ask again. */
async function persistently(ask) {
  for (let times = 0; ; times++) {
    try {
      return await ask();
    } catch (error) {
      if (times > 50) throw error;
      await delay(20);
    }
  }
}

async function untilOver(sidecar) {
  await until(async () => (await json(sidecar, '/api/streams')).length === 0, 'the stream does not end');
  await quiet(sidecar);
  // The connections on which that was asked have been closed, too.
  await delay(1000);
}

function stop({ url, channel }) {
  return new Promise((resolve, reject) => {
    const address = `${url}/api/streams/${channel.id}`;
    const request = http.request(address, { method: 'DELETE', agent: false }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.end();
  });
}

async function until(isTrue, complaint) {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(complaint);
    await delay(10);
  }
}
