import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HlsPlayer, type Played } from '../support/hls-player.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const SEGMENTS = 14;

let folder: string;
let library: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nodes-'));
  const films = makeLibrary(folder, ['mp4At24', 'mkvAt25', 'tsAt2997', 'silentAt50'], { seconds: 2.6 });
  [main, library] = await Promise.all([builtProgram(), films]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('two sidecars air the same segments, and those of one go with those of the other', async () => {
  await using first = await SidecarProcess.start({ main, folder: path.join(folder, 'first'), library });
  const channel = await first.channel();
  const player = new HlsPlayer().tuneTo(`${first.url}/stream/${channel.id}/480p.m3u8`);
  await player.load();

  await mkdir(path.join(folder, 'second/data'), { recursive: true });
  for (const name of ['sidecast.db-wal', 'sidecast.db']) {
    await copyFile(path.join(folder, 'first/data', name), path.join(folder, 'second/data', name));
  }
  await using second = await SidecarProcess.start({ main, folder: path.join(folder, 'second'), library });
  expect((await second.channel()).id).toBe(channel.id);
  const other = new HlsPlayer().tuneTo(`${second.url}/stream/${channel.id}/480p.m3u8`);

  await until('both have played enough', async () => {
    await Promise.all([player.load(), other.load()]);
    await pause(200);
    return other.played.length >= SEGMENTS && player.next === other.next;
  });
  const from = other.played[0]?.sequence ?? 0;
  const ofFirst = player.played.filter(({ sequence }) => sequence >= from);
  expect(ofFirst.map(withoutBytes)).toEqual(other.played.map(withoutBytes));

  const mixed = ofFirst.map((segment, index) => (segment.sequence % 2 === 0 ? segment : other.played[index])!);
  const facts = await faultless(await player.save(path.join(folder, 'mixed'), mixed));
  expect(facts).toMatchObject({ discontinuities: 0, parameterSets: 2, segments: other.played.length });
});

function withoutBytes({ sequence, extinf, dateMs, uri }: Played): object {
  return { sequence, extinf, dateMs, uri };
}
