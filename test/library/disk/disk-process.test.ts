import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { z } from 'zod';
import { DiskProcess, type DiskProcessOptions } from '../../../src/library/disk/disk-process.ts';
import { fileStates, statesOf } from '../../../src/library/disk/file-states.ts';
import { listFolder } from '../../../src/library/disk/list-folder.ts';
import { temporaryFolder } from '../../support/hosts.ts';
import { until } from '../../support/until.ts';
import { WoundClock } from '../../support/wound-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let clock: WoundClock;
let opened: DiskProcess[];
beforeEach(async () => {
  folder = await temporaryFolder();
  clock = new WoundClock(0);
  opened = [];
});
afterEach(async () => {
  for (const disk of opened) disk[Symbol.dispose]();
  await folder[Symbol.asyncDispose]();
});

const at = (name: string) => path.join(folder.path, name);

function open(options: DiskProcessOptions = {}): DiskProcess {
  const disk = new DiskProcess({ clock, ...options });
  opened.push(disk);
  return disk;
}

/** Reads what never comes: a pipe that nobody writes to. */
async function readPipe(disk: DiskProcess): Promise<{ reason: () => unknown }> {
  await execa('mkfifo', [at('pipe')]);
  let reason: unknown;
  const given = { file: at('pipe'), bytes: 1 };
  disk.ask({ task: 'head', given, answer: z.unknown(), about: at('pipe') }).catch((error: unknown) => (reason = error));
  return { reason: () => reason };
}

test('files are told in the order in which they were asked for, those that are not there too', async () => {
  await writeFile(at('a'), '1');
  await writeFile(at('b'), '22');
  const names = Array.from({ length: 100 }, (_, index) => at(['a', 'none', 'b'][index % 3]!));
  const sizes = (await fileStates(names)).map((state) => state?.sizeBytes);
  expect(sizes.slice(0, 4)).toEqual([1, undefined, 2, 1]);
  expect(sizes).toHaveLength(100);
  expect(await fileStates([])).toEqual([]);
});

test('what is not there is told as the system tells it', async () => {
  await expect(listFolder(open(), at('none'))).rejects.toMatchObject({
    ...{ code: 'ENOENT', message: expect.stringContaining(at('none')) },
  });
});

test('what does not answer is given up after 20 seconds, and named; so is all else, then and later', async () => {
  const disk = open();
  const { reason } = await readPipe(disk);
  // Others are not kept waiting by it.
  expect(await listFolder(disk, folder.path)).toMatchObject({ entries: [{ name: 'pipe', kind: 'other' }] });
  await clock.wind(19_000);
  const beside = listFolder(disk, at('none'));
  await expect(beside).rejects.toMatchObject({ code: 'ENOENT' });
  expect(reason()).toBeUndefined();
  await clock.wind(1000);
  expect(reason()).toMatchObject({
    ...{ code: 'timeout', message: `${at('pipe')} does not answer: check its disk or network share` },
  });
  await expect(listFolder(disk, folder.path)).rejects.toMatchObject({ code: 'timeout' });
});

test('nobody waits any more when it is ended', async () => {
  const ending = new AbortController();
  const disk = open({ signal: ending.signal });
  const { reason } = await readPipe(disk);
  ending.abort();
  await until('it is told', () => reason() !== undefined);
  expect(reason()).toMatchObject({ code: 'timeout', message: expect.stringContaining('nobody waits for it any more') });
  await expect(statesOf(open({ signal: ending.signal }), [at('a')])).rejects.toMatchObject({ code: 'timeout' });
});
