import { once } from 'node:events';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg } from '../bench/ffmpeg.mjs';
import { childrenOf, residentMB } from '../bench/proc.mjs';
import { startSidecar, untilAllDeveloped } from '../bench/sidecar.mjs';
import { TsViewer } from './players.mjs';

const PROBE = path.join(import.meta.dirname, 'probe.mjs');
const SECONDS = 12;

/** A sidecar whose one channel airs a short film in 480p, at one-second segments, that is developed to its end. */
export async function startFromReels({ folder, folders, env = {}, nodeOptions = [] }) {
  const library = path.join(folder, 'films');
  await makeFilm(library);
  const sidecar = await startSidecar({
    library,
    folders,
    segmentSeconds: 1,
    nodeOptions: ['--expose-gc', ...nodeOptions, '--import', PROBE],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { SIDECAST_QUALITIES: '480p', SIDECAST_TUNER_QUALITY: '480p', ...env },
  });
  const viewer = new TsViewer(addressesOf(sidecar).ts);
  // One that comes back by itself would keep what is broken off from ending.
  await untilAllDeveloped(sidecar, SECONDS).finally(() => viewer.stop());
  return sidecar;
}

export function addressesOf({ url, channel }) {
  const address = `${url}/stream/${channel.id}/480p`;
  return { hls: `${address}.m3u8`, ts: `${address}.ts` };
}

/** What the sidecar holds at this moment: memory after collecting, what keeps its event loop going, files, children. */
export async function look({ pid, child }) {
  child.send('look');
  const [{ heapUsed, arrayBuffers, resources }] = await once(child, 'message');
  return {
    heapKB: heapUsed / 1000,
    buffersKB: arrayBuffers / 1000,
    residentMB: await residentMB(pid),
    resources: counted(resources),
    files: (await readdir(`/proc/${pid}/fd`)).length,
    threads: (await readdir(`/proc/${pid}/task`)).length,
    children: (await childrenOf(pid)).length,
  };
}

/** A short film in 480p, the one of its library. */
export async function makeFilm(library) {
  await mkdir(library, { recursive: true });
  const file = path.join(library, 'Soak (2020).mp4');
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=s=854x480:r=24', '-f', 'lavfi', '-i', 'sine=r=48000:beep_factor=4'],
    ...['-t', String(SECONDS), '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', file],
  ]);
  // Old enough to be taken as complete at first sight.
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(file, yesterday, yesterday);
}

function counted(names) {
  const counts = {};
  for (const name of names.sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
