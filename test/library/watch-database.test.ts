import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, test } from '@jest/globals';
import { watchDatabase } from '../../src/library/watch-database.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { temporaryFolder } from '../support/hosts.ts';
import { StandInHost } from '../support/stand-in-host.ts';
import { until } from '../support/until.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let changes: number;
let watch: AsyncDisposable;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder.path, 'jellyfin.db');
  await writeFile(`${file}-shm`, '');
  await writeFile(file, '');
  changes = 0;
  watch = await watchDatabase(file, { onChange: () => changes++, logger: silentLogger });
});
afterEach(async () => {
  await watch[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

it.each(['', '-wal', '-journal'])('what is written to jellyfin.db%s is told', async (suffix) => {
  await appendFile(file + suffix, 'x');
  await until('it is told', () => changes > 0);
});

test('neither what readers leave, nor other files, nor folders are told', async () => {
  await appendFile(`${file}-shm`, 'x');
  await writeFile(path.join(folder.path, 'library.db'), 'x');
  await mkdir(path.join(folder.path, 'SQLiteBackups'));
  await writeFile(path.join(folder.path, 'SQLiteBackups/jellyfin.db'), 'x');
  // Told in the order in which they happen: what came before this has been seen, too.
  await writeFile(`${file}-journal`, 'x');
  await until('the last one is told', () => changes > 0);
  expect(changes).toBe(1);
});

test('a server that writes is told of, and one that stops and starts again', async () => {
  await rm(`${file}-shm`);
  await rm(file);
  await using host = await StandInHost.start(file);
  await until('it has started', () => changes > 0);
  const before = changes;
  // Again and again: two events of the same file within some milliseconds are one.
  await until('its writing is told', async () => {
    await host.write(1);
    return changes > before;
  });
});
