import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseSettings } from '../../src/config.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openLibraryDesk } from '../../src/wiring/library-desk.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'library-desk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a file that was written just now is found by one look, beside a library that cannot be read', async () => {
  const films = path.join(folder, 'films');
  await mkdir(films);
  await writeFile(path.join(films, 'Heat (1995).mkv'), '');
  const SIDECAST_LIBRARY = `folder:${folder}/none,folder:${films}`;
  const settings = parseSettings({ env: { SIDECAST_DATA_DIR: path.join(folder, 'data'), SIDECAST_LIBRARY } });
  await using desk = await openLibraryDesk(settings, silentLogger);
  await desk.sync({ mayShrink: false, onProgress() {} });
  expect(await desk.overview()).toMatchObject({
    sources: [{ problem: expect.stringContaining('cannot be read') }, { libraries: [{ films: 1 }] }],
  });
});
