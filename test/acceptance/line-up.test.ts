import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { makeLibrary } from '../support/library.ts';
import { SMALL } from '../support/settings.ts';
import { builtProgram, sidecast, SidecarProcess } from '../support/sidecar-process.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

let folder: string;
let library: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'line-up-'));
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'])]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BY_HAND = `sidecast_channels: 1
channels:
  - name: Été
    number: 7.1
    programming: { kind: scheduled, default: { content: [{ kind: films }, { kind: collection, name: Xmas }] } }
`;
const WARNED = `warning: channel 7.1 "Été": programming.default.content.1.name: no collection or playlist is called "Xmas"; \
/api/library lists those that there are
2 channels`;
/** Where nobody has looked into a library yet. */
const UNREAD = /^warning: channel 1 "Films", 7.1 "Été": programming: nothing was found .*\n2 channels$/;

test('all channels go from one data folder to another, with a sidecar at work and without', async () => {
  const env = (name: string) => ({
    ...{ ...SMALL, SIDECAST_DATA_DIR: path.join(folder, name, 'data'), SIDECAST_LIBRARY: `folder:${library}` },
  });
  const file = (name: string, text: string) => writeFile(path.join(folder, name), text);
  const from = path.join(folder, 'from');
  await file('by-hand.yaml', BY_HAND);
  let exported: string;
  {
    await using sidecar = await SidecarProcess.start({ main, folder: from, library });
    await sidecar.channel();
    const imported = await sidecast(main, ['import', path.join(folder, 'by-hand.yaml')], env('from'));
    expect(imported).toMatchObject({ exitCode: 0, stdout: WARNED });
    expect((await sidecar.channels()).map(({ number, name }) => [number, name])).toContainEqual(['7.1', 'Été']);
    const printed = await sidecast(main, ['export', '--format', 'yaml'], env('from'));
    expect(printed.exitCode).toBe(0);
    exported = printed.stdout;
    await file('wrong.json', '{ "sidecast_channels": 1, "channels": [{ "name": "A" }] }');
    const wrong = await sidecast(main, ['import', path.join(folder, 'wrong.json')], env('from'));
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/invalid body; channels.0.programming: use/),
    });
    expect(wrong.stderr).not.toContain('"fields"');
    await sidecar.stop();
  }
  const again = await sidecast(main, ['import', path.join(folder, 'by-hand.yaml')], env('from'));
  expect(again).toMatchObject({ exitCode: 0, stdout: WARNED });
  expect(await sidecast(main, ['export', '--format', 'yaml'], env('from'))).toMatchObject({ stdout: exported });
  await file('exported.yaml', exported);
  for (let times = 0; times < 2; times++) {
    const imported = await sidecast(main, ['import', path.join(folder, 'exported.yaml')], env('to'));
    expect(imported).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(UNREAD) });
    expect(await sidecast(main, ['export', '--format', 'yaml'], env('to'))).toMatchObject({ stdout: exported });
  }
  const larger = exported.replaceAll(
    /qualities:\n\s+- 480p\n\s+tuner_quality: 480p/g,
    'qualities: [720p]\n    tuner_quality: 720p',
  );
  await file('larger.yaml', larger);
  const importLarger = (...flags: string[]) =>
    sidecast(main, ['import', path.join(folder, 'larger.yaml'), ...flags], env('to'));
  const kept = await importLarger();
  expect(kept).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/remember.*480p.*--change-format/) });
  expect(await importLarger('--change-format')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(UNREAD) });
  const wrong = await sidecast(main, ['import', path.join(folder, 'wrong.json')], env('to'));
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('channels.0.programming') });
  const none = await sidecast(main, ['import', path.join(folder, 'nowhere.json')], env('to'));
  expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nowhere.json cannot be read') });
});
