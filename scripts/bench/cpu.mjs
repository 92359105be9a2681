import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchTS } from './client.mjs';
import { removeFolder } from './cleanup.mjs';
import { tsUrl } from './player.mjs';
import { familySeconds, reapedSeconds } from './proc.mjs';
import { recordingFFmpeg, runAgain } from './recording.mjs';
import { freshFolders, removeFolders, startSidecar, untilAllDeveloped } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

/** The film of a minute: 62 s in segments of 2 s. */
const SEGMENTS = 31;
const BOUND = 1.05;
const FROM_REELS_SECONDS = 30;
const FROM_REELS_BOUND = 1 / 50;

/** Processor time per developed segment: the sidecar on air, and bare ffmpeg with the same commands, twice. */
export async function measureCPU({ films, folder }) {
  const recording = await recordingFFmpeg(path.join(folder, 'recording'));
  const sidecar = await onAir(films.minute, recording);
  const runs = await recording.runsOf(films.minute.file);
  const bare = async () => {
    const before = await reapedSeconds(process.pid);
    const bareFolder = path.join(folder, 'bare');
    for (const args of runs) await runAgain(args, bareFolder);
    await removeFolder(bareFolder);
    return (await reapedSeconds(process.pid)) - before;
  };
  const first = await bare();
  const second = await bare();

  const perSegment = (seconds) => (seconds * 1000) / SEGMENTS;
  const bareMs = [first, second].map(perSegment);
  const meanMs = (bareMs[0] + bareMs[1]) / 2;
  const fromReelsMs = (sidecar.fromReels * 1000) / (FROM_REELS_SECONDS / 2);
  return {
    rows: [
      row(`bare ffmpeg, the same ${runs.length} runs: per segment of 2 s`, bareMs, 'ms CPU'),
      row('sidecar and children, on air: per developed segment', [perSegment(sidecar.total)], 'ms CPU'),
      row('  of which ffmpeg', [perSegment(sidecar.children)], 'ms CPU'),
      row('  of which the sidecar itself', [perSegment(sidecar.total - sidecar.children)], 'ms CPU'),
      row('sidecar from reels, on air: per segment', [fromReelsMs], 'ms CPU'),
    ],
    criteria: [
      criterion('developing a segment, against bare ffmpeg', perSegment(sidecar.total) / meanMs, BOUND),
      criterion('a channel from reels, against bare ffmpeg', fromReelsMs / meanMs, FROM_REELS_BOUND),
    ],
    notes: ['of the sidecar: its looking into the film, and the card, too'],
  };
}

async function onAir(film, recording) {
  const folders = await freshFolders();
  const sidecar = await startSidecar({
    library: film.library,
    folders,
    env: { SIDECAST_FFMPEG_PATH: recording.program },
  });
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
