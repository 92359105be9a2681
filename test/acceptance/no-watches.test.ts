import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { isAllowed, withInotify } from '../support/confined.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const possible = (await isAllowed(withInotify('instances', 0))) ? test : test.skip;

let folder: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'no-watches-'));
  main = await builtProgram();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

possible('where the system has no inotify instances left, channels air all the same, and it is told', async () => {
  const library = await makeLibrary(folder, ['mkvAt25'], { seconds: 2.9 });
  const confinement = withInotify('instances', 0);
  await using sidecar = await SidecarProcess.start({ main, folder, library, confinement });
  const { id } = await sidecar.channel();
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`);
  await player.playUntil('some was played', ({ played }) => played.length > 6);
  const { causes } = await sidecar.health();
  expect(new Set(causes.map(({ code }) => code))).toEqual(new Set(['watches_used_up']));
  for (const what of ['the streams folder', 'the reels folder', `the library folder ${library}`]) {
    expect(causes).toContainEqual(
      expect.objectContaining({
        message: `the system has no watches left for folders (EMFILE); ${what} is looked through now and then instead`,
        advice: expect.stringContaining('fs.inotify.max_user_watches'),
      }),
    );
  }
  const facts = await faultless(await player.save(path.join(folder, 'played')));
  expect(facts.segments).toBe(player.played.length);
  expect(await sidecar.stop()).toBe(0);
});

possible('watches that run out while a folder is watched are made up for by looking', async () => {
  const watched = path.join(folder, 'watched');
  await mkdir(watched);
  const program = path.join(import.meta.dirname, '../../src/shared/folder-watcher.ts');
  const loader = path.join(import.meta.dirname, '../support/typescript.mjs');
  const script = `
    const { FolderWatcher } = await import(${JSON.stringify(program)});
    const say = (...words) => console.log(...words);
    const watcher = new FolderWatcher(${JSON.stringify(watched)}, {
      ignoreInitial: true,
      pollMs: 20,
      onChange: (event, file) => say(event, file),
      onError: (error) => say('error', error.code),
      onPolling: (reason) => say('polling', reason),
    });
    await watcher.ready;
    say('ready');
    process.stdin.once('data', () => watcher.close()).unref();`;
  // One watch is for the folder; each file needs another.
  const [launcher, ...args] = [
    ...withInotify('watches', 1),
    process.execPath,
    '--import',
    loader,
    '--input-type=module',
    '-e',
    script,
  ];
  const child = spawn(launcher, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += String(text)));
  await until('it watches', () => said.includes('ready'));
  expect(said).toBe('polling undefined\nready\n');
  await writeFile(path.join(watched, 'first'), '');
  await until('it sees the first file', () => said.includes('add'));
  await until('it looks instead', () => said.includes('(ENOSPC)'));
  await writeFile(path.join(watched, 'second'), '');
  await until('it sees the second file', () => said.includes(path.join(watched, 'second')));
  child.stdin.end('enough');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(said).not.toContain('error');
});
