import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { UNLIKE_FILMS } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { integrityOf } from '../support/integrity.ts';
import { isAlive } from '../support/is-alive.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { processesIn, ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

let folder: string;
let library: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shutdown-'));
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, UNLIKE_FILMS)]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('SIGTERM ends viewers, runs and the database in order', async () => {
  const own = path.join(folder, 'in-order');
  const ffmpeg = await ScriptedFFmpeg.make(own, 'in real time');
  await using sidecar = await SidecarProcess.start({ main, folder: own, library, env: ffmpeg.env });
  const { id } = await sidecar.channel();
  using tuner = await new TsViewer(`${sidecar.url}/stream/${id}.ts`).watches();
  await new HlsPlayer().tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`).load();
  await until('a run is in progress', async () => (await sidecar.streams())[0]?.ffmpeg_pid);
  expect(await sidecar.stop()).toBe(0);
  await tuner.end();
  expect(await processesIn(own)).toEqual([]);
  expect(await integrityOf(path.join(own, 'data/sidecast.db'))).toEqual([{ integrity_check: 'ok' }]);
});

test('a second signal ends the process at once', async () => {
  const own = path.join(folder, 'at-once');
  const ffmpeg = await ScriptedFFmpeg.make(own, 'deaf');
  await using sidecar = await SidecarProcess.start({ main, folder: own, library, env: ffmpeg.env });
  const { id } = await sidecar.channel();
  using tuner = new TsViewer(`${sidecar.url}/stream/${id}.ts`);
  await until('a run is in progress', async () => (await ffmpeg.runs()).length > 0);
  sidecar.signal('SIGTERM');
  await until('it begins to stop', () => sidecar.output.includes('Stopping'));
  sidecar.signal('SIGTERM');
  expect(await sidecar.exited).toEqual({ code: 143, signal: null });
  await tuner.end();
  for (const { pid } of await ffmpeg.runs()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

test('after kill -9 the next start clears up, and a viewer goes on with the next number', async () => {
  const own = path.join(folder, 'killed');
  const ffmpeg = await ScriptedFFmpeg.make(own, 'at three times real time');
  const env = { ...ffmpeg.env, SIDECAST_AHEAD_SECONDS: '10' };
  const reels = path.join(own, 'data/reels');
  const player = new HlsPlayer();
  {
    await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
    const { id } = await sidecar.channel();
    player.tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`);
    await until('a run is in progress far enough ahead to bridge a restart', async () => {
      await player.load();
      await pause(200);
      const isRunning = (await sidecar.streams())[0]?.ffmpeg_pid !== 0;
      return isRunning && player.played.length > 4 && (await segmentsIn(reels)) > player.played.length + 5;
    });
    sidecar.signal('SIGKILL');
    await sidecar.exited;
  }
  const left = path.join(reels, 'runs/left-behind');
  await mkdir(left, { recursive: true });
  await writeFile(path.join(left, '7.ts'), 'a part');
  const runsBefore = await readdir(path.dirname(left));
  const orphans = await processesIn(own);

  await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
  const { id } = await sidecar.channel();
  expect((await readdir(path.dirname(left))).filter((name) => runsBefore.includes(name))).toEqual([]);
  expect((await processesIn(own)).filter((line) => orphans.includes(line))).toEqual([]);
  player.tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`);
  const before = player.played.length;
  await player.playUntil('some more was played', () => player.played.length > before + 4);
  const facts = await faultless(await player.save(path.join(own, 'played')));
  expect(facts.segments).toBe(player.played.length);
  expect(await sidecar.stop()).toBe(0);
});

test('what is left of measuring the machine, after kill -9, goes with the next start', async () => {
  const own = path.join(folder, 'measuring');
  const ffmpeg = await ScriptedFFmpeg.make(own, 'in real time');
  const runs = path.join(own, 'data/reels/runs');
  const env = { ...ffmpeg.env, SIDECAST_TUNER_QUALITY: undefined };
  {
    await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
    await until('it measures', async () => (await ffmpeg.calls()).some((call) => call.includes(runs)));
    sidecar.signal('SIGKILL');
    await sidecar.exited;
  }
  const left = await readdir(runs);
  const orphans = await processesIn(runs);
  expect([left.length, orphans.length]).toEqual([1, 1]);
  await using sidecar = await SidecarProcess.start({ main, folder: own, library, env: ffmpeg.env });
  expect((await readdir(runs)).filter((name) => left.includes(name))).toEqual([]);
  expect((await processesIn(runs)).filter((line) => orphans.includes(line))).toEqual([]);
  expect(await sidecar.stop()).toBe(0);
});

/** How many segments were developed, cards included. */
async function segmentsIn(reels: string): Promise<number> {
  const files = await readdir(reels, { recursive: true });
  return files.filter((file) => file.endsWith('.ts') && !file.startsWith('runs')).length;
}
