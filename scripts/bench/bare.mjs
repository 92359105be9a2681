import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { start } from './cleanup.mjs';
import { probeFile } from '../../src/ffmpeg/probe.ts';
import { runCommand } from '../../src/reels/run-command.ts';
import { itemJob } from '../../src/reels/reel-job.ts';
import { createGrid } from '../../src/schedule/grid.ts';

/** What the sidecar uses where nothing is set. */
export const PRESET = 'veryfast';
const RATE = { num: 24, den: 1 };

/** How the sidecar would develop a film in 1080p, by its own builder. */
export async function jobOf(file, segmentSeconds) {
  const facts = await probeFile(file, { ffprobePath: 'ffprobe' });
  const item = { path: file, title: 'bench', sizeBytes: 0, modifiedMs: 0, facts };
  const format = { grid: createGrid(RATE, segmentSeconds), quality: '1080p', encoder: 'none' };
  return itemJob(item, format, { audioLanguages: [], canToneMap: false });
}

/** Bare ffmpeg with the sidecar's own arguments: until the last piece is there, and until it has ended. */
export async function runBare(job, from, until, folder, preset = PRESET) {
  await mkdir(folder, { recursive: true });
  const { args } = runCommand(job, { from, until }, folder, preset);
  const last = path.join(folder, `${until - 1}.ts`);
  let pieceMs;
  const startedAt = performance.now();
  const watcher = watch(folder, (_, name) => {
    if (name === path.basename(last)) pieceMs ??= performance.now() - startedAt;
  });
  const child = start('ffmpeg', ['-hide_banner', '-nostdin', '-nostats', ...args]);
  child.stdout.resume();
  child.stderr.resume();
  const [code] = await once(child, 'exit');
  const exitMs = performance.now() - startedAt;
  watcher.close();
  if (code !== 0 || !existsSync(last)) throw new Error(`bare ffmpeg ended with ${code} and without ${last}`);
  return { pieceMs: pieceMs ?? exitMs, exitMs, piece: last };
}
