import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { isAllowed, withSmallDisk } from '../support/confined.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { integrityOf } from '../support/integrity.ts';
import { addFilm, makeLibrary } from '../support/library.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(300_000);

const FLOOR_MB = 16;

const folder = await mkdtemp(path.join(tmpdir(), 'full-disk-'));
const small = path.join(folder, 'small');
await mkdir(small);
/** A reel that nobody will ever want again. */
const OLD_REEL = `data/reels/${'0'.repeat(32)}/0.ts`;
const contents = path.join(folder, 'contents');
await mkdir(path.dirname(path.join(contents, OLD_REEL)), { recursive: true });
await writeFile(path.join(contents, OLD_REEL), Buffer.alloc(8e6));
const confinement = withSmallDisk(small, 56, contents);
const possible = (await isAllowed(confinement)) ? test : test.skip;

let library: string;
let main: string;
beforeAll(async () => {
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'])]);
  await mkdir(path.join(library, 'Show'));
  await addFilm(library, 'mp4At24', { as: 'Show/Show S01E01.mp4' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes into a file until there is only so much free, and says how much there is. */
async function fill(file: string, leaveMB: number): Promise<void> {
  await using handle = await open(file, 'a');
  const block = Buffer.alloc(64 * 1024);
  for (;;) {
    const { bavail, bsize } = await statfs(path.dirname(file));
    if (bavail * bsize <= leaveMB * 1e6) return;
    await handle.write(block, 0, Math.min(block.length, bavail * bsize)).catch(() => {});
  }
}

possible('a disk that fills up: reels go, then no channel begins, nothing is lost, and all goes on', async () => {
  await using sidecar = await SidecarProcess.start({
    main,
    folder: small,
    library,
    confinement,
    env: { SIDECAST_MIN_FREE_DISK_MB: String(FLOOR_MB), SIDECAST_AHEAD_SECONDS: '10' },
  });
  const inside = path.join(`/proc/${sidecar.pid}/root`, small);
  const filler = path.join(inside, 'filler');
  const causes = async () => (await sidecar.health()).causes.map(({ code }) => code);
  await until('both channels are there', async () => (await sidecar.channels()).length === 2);
  const [watched, other] = await sidecar.channels();
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${watched?.id}/480p.m3u8`);
  await player.playUntil('some was played', ({ played }) => played.length > 4);
  expect(existsSync(path.join(inside, OLD_REEL))).toBe(true);
  expect(await causes()).toEqual([]);

  // Under the floor, and what need not stay goes.
  await fill(filler, FLOOR_MB - 4);
  await until('the old reel has made room', () => !existsSync(path.join(inside, OLD_REEL)));
  expect(await causes()).toEqual([]);

  // Under the floor again.
  await fill(filler, FLOOR_MB - 4);
  await until('it is told', async () => (await causes()).includes('disk_low'));
  expect((await sidecar.health()).causes[0]?.message).toMatch(/folder .* MB free, less than the 16 MB/);
  const refused = await fetch(`${sidecar.url}/stream/${other?.id}.ts`);
  expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([503, '5', '']);
  const inWords = await fetch(`${sidecar.url}/stream/${other?.id}/480p.m3u8`);
  expect([inWords.status, await inWords.json()]).toEqual([503, expect.objectContaining({ error: 'disk_low' })]);
  const before = player.played.length;
  await player.playUntil('what is on air goes on', ({ played }) => played.length > before + 3);

  // Full to the last byte, in the middle of all that is written.
  using tuner = new TsViewer(`${sidecar.url}/stream/${watched?.id}.ts`);
  const told = new Set<string>();
  let films = 0;
  await until('neither the stream nor the database can be written', async () => {
    await tuner.watches();
    // Again and again: what is taken away meanwhile makes room, and the database has some in hand.
    await fill(filler, 0);
    await addFilm(library, 'mkvAt25', { as: `More ${++films}.mkv` });
    await pause(500);
    for (const code of await causes()) told.add(code);
    return told.has('database_failed') && told.has('stream_failed');
  });
  const copy = path.join(folder, 'copy.db');
  for (const suffix of ['', '-wal']) await copyFile(path.join(inside, `data/sidecast.db${suffix}`), copy + suffix);
  expect(await integrityOf(copy)).toEqual([{ integrity_check: 'ok' }]);

  // Room again: who watched all the while goes on.
  await rm(filler);
  const received = tuner.size;
  await until('the tuner gets more', () => tuner.size > received);
  expect(tuner.hasEnded).toBe(false);
  await until('the database is written again', async () => !(await causes()).includes('database_failed'));
  // Or a minute later, without this one.
  await addFilm(library, 'mkvAt25', { as: `More ${++films}.mkv` });
  await until('what came meanwhile is planned', async () => {
    const guide = await sidecar.text('/guide.xml');
    return Array.from({ length: films }, (_, index) => `More ${index + 1}<`).every((film) => guide.includes(film));
  });
  const again = new HlsPlayer('again').tuneTo(`${sidecar.url}/stream/${watched?.id}/480p.m3u8`);
  await again.playUntil('the channel goes on', ({ played }) => played.length > 6);
  const late = new HlsPlayer('late').tuneTo(`${sidecar.url}/stream/${other?.id}/480p.m3u8`);
  await late.playUntil('the other channel begins', ({ played }) => played.length > 2);
  expect(await causes()).toEqual([]);
  expect(await sidecar.stop()).toBe(0);
});
