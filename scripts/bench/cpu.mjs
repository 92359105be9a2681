import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchTS } from './client.mjs';
import { removeFolder } from './cleanup.mjs';
import { tsUrl } from './player.mjs';
import { familySeconds, reapedSeconds } from './proc.mjs';
import { recordingFFmpeg, runAgain } from './recording.mjs';
import { say } from './say.mjs';
import { freshFolders, removeFolders, startSidecar, untilAllDeveloped } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

/** The film of a minute: 62 s in segments of 2 s. */
const SEGMENTS = 31;
const BOUND = 1.05;
const FROM_REELS_SECONDS = 30;
const FROM_REELS_BOUND = 1 / 50;
/** A machine's own pace changes by more than the bound allows: both are measured in turns, and summed up. */
const MOST_ROUNDS = 3;

/** Processor time per developed segment: the sidecar on air, and bare ffmpeg with the same commands, in turns. */
export async function measureCPU({ rounds, films, folder }) {
  const results = [];
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
    results.push(await oneRound(films.minute, path.join(folder, `cpu-${round}`)));
    say('.');
  }
  say('\n');
  const figures = (of) => results.map(of);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const against = (of) => sum(figures(of)) / sum(figures(({ bare }) => bare));
  return {
    rows: [
      row(
        'bare ffmpeg, the same runs: per segment of 2 s',
        figures(({ bare }) => bare),
        'ms CPU',
      ),
      row(
        'sidecar and children, on air: per developed segment',
        figures(({ total }) => total),
        'ms CPU',
      ),
      row(
        '  of which ffmpeg',
        figures(({ children }) => children),
        'ms CPU',
      ),
      row(
        '  of which the sidecar itself',
        figures(({ total, children }) => total - children),
        'ms CPU',
      ),
      row(
        'sidecar from reels, on air: per segment',
        figures(({ fromReels }) => fromReels),
        'ms CPU',
      ),
    ],
    criteria: [
      criterion(
        'developing a segment, against bare ffmpeg',
        against(({ total }) => total),
        BOUND,
      ),
      criterion(
        'a channel from reels, against bare ffmpeg',
        against(({ fromReels }) => fromReels),
        FROM_REELS_BOUND,
      ),
    ],
    notes: ['of the sidecar: its looking into the film, and the card, too'],
  };
}

/** Milliseconds of processor time per segment. */
async function oneRound(film, folder) {
  const recording = await recordingFFmpeg(path.join(folder, 'recording'));
  const sidecar = await onAir(film, recording);
  const before = await reapedSeconds(process.pid);
  for (const args of await recording.runsOf(film.file)) await runAgain(args, path.join(folder, 'bare'));
  const bare = (await reapedSeconds(process.pid)) - before;
  await removeFolder(folder);
  return {
    bare: (bare * 1000) / SEGMENTS,
    total: (sidecar.total * 1000) / SEGMENTS,
    children: (sidecar.children * 1000) / SEGMENTS,
    fromReels: (sidecar.fromReels * 1000) / (FROM_REELS_SECONDS / 2),
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
