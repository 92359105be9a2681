import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TUNE_IN_PRESET } from '../../dist/reels/developer.js';
import { jobOf, runBare } from './bare.mjs';
import { watchTS } from './client.mjs';
import { removeFolder } from './cleanup.mjs';
import { tsUrl } from './player.mjs';
import { familySeconds, reapedSeconds } from './proc.mjs';
import { freshFolders, removeFolders, startSidecar, untilAllDeveloped } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

/** The film of a minute: 62 s in segments of 2 s. */
const SEGMENTS = 31;
const BOUND = 1.05;
const FROM_REELS_SECONDS = 30;
const FROM_REELS_BOUND = 1 / 50;

/** Processor time per developed segment: bare ffmpeg in one run, the sidecar on air, and bare ffmpeg again. */
export async function measureCPU({ films, folder }) {
  const job = await jobOf(films.minute.file, 2);
  const bare = async () => {
    const before = await reapedSeconds(process.pid);
    const bareFolder = path.join(folder, 'bare');
    await runBare(job, 0, SEGMENTS, bareFolder, TUNE_IN_PRESET);
    await removeFolder(bareFolder);
    return (await reapedSeconds(process.pid)) - before;
  };
  const first = await bare();
  const sidecar = await onAir(films.minute);
  const second = await bare();

  const perSegment = (seconds) => (seconds * 1000) / SEGMENTS;
  const bareMs = [first, second].map(perSegment);
  const meanMs = (bareMs[0] + bareMs[1]) / 2;
  const fromReelsMs = (sidecar.fromReels * 1000) / (FROM_REELS_SECONDS / 2);
  return {
    rows: [
      row('bare ffmpeg, one run: per segment of 2 s', bareMs, 'ms CPU'),
      row('sidecar and children, on air: per developed segment', [perSegment(sidecar.total)], 'ms CPU'),
      row('  of which ffmpeg', [perSegment(sidecar.children)], 'ms CPU'),
      row('  of which the sidecar itself', [perSegment(sidecar.total - sidecar.children)], 'ms CPU'),
      row('sidecar from reels, on air: per segment', [fromReelsMs], 'ms CPU'),
    ],
    criteria: [
      criterion('developing a segment, against bare ffmpeg', perSegment(sidecar.total) / meanMs, BOUND),
      criterion('a channel from reels, against bare ffmpeg', fromReelsMs / meanMs, FROM_REELS_BOUND),
    ],
    notes: [
      `all with ${TUNE_IN_PRESET}, which a tune-in begins with and a busy machine goes on with`,
      'ffmpeg of the sidecar: every run from the tune-in on, and the card; bare: the first and the second time',
    ],
  };
}

async function onAir(film) {
  const folders = await freshFolders();
  const sidecar = await startSidecar({ library: film.library, folders, env: { SIDECAST_PRESET: TUNE_IN_PRESET } });
  const children = () => reapedSeconds(sidecar.pid);
  const before = { total: await familySeconds(sidecar.pid), children: await children() };
  const viewer = await watchTS(tsUrl(sidecar));
  await untilAllDeveloped(sidecar, SEGMENTS);
  const after = { total: await familySeconds(sidecar.pid), children: await children() };
  await delay(FROM_REELS_SECONDS * 1000);
  const fromReels = (await familySeconds(sidecar.pid)) - after.total;
  viewer.stop();
  await sidecar.stop();
  await removeFolders(folders);
  return { total: after.total - before.total, children: after.children - before.children, fromReels };
}
