import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ListChange } from '../../src/wiring/list-change.ts';

const START_MS = Date.UTC(2031, 4, 6, 7, 8, 9);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'list-change-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the change of the list is when it was last another one, over restarts, and never the same twice', async () => {
  let [list, nowMs] = ['first', START_MS + 200];
  const now = () => nowMs;
  const file = path.join(folder, 'sidecast.db');
  async function withChange(look: (change: ListChange) => void): Promise<void> {
    const catalog = await openCatalog(file, { logger: silentLogger, now });
    const change = await ListChange.open({ notebook: catalog.settings, now, list: () => list });
    look(change);
    await change.close();
    await catalog.close();
  }
  await withChange((change) => {
    nowMs += 60_000;
    expect(change.atMs()).toBe(START_MS);
    list = 'second';
    expect(change.atMs()).toBe(START_MS + 60_000);
    nowMs += 300;
    // Many channels come one after another, and nobody has asked meanwhile.
    for (const next of ['third', 'fourth', 'fifth, in the same second']) {
      list = next;
      change.look();
    }
    expect(change.atMs()).toBe(START_MS + 61_000);
  });
  nowMs += 3_600_000;
  await withChange((change) => {
    expect(change.atMs()).toBe(START_MS + 61_000);
    // Somebody sets the clock back.
    nowMs = START_MS;
    list = 'sixth';
    expect(change.atMs()).toBe(START_MS + 62_000);
  });
  // Changed while it was away.
  nowMs = START_MS + 7_200_000;
  list = 'seventh';
  await withChange((change) => expect(change.atMs()).toBe(START_MS + 7_200_000));
});
