import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { watchFolder } from '../../src/library/watch-folder.ts';

/** A counter of calls that can be waited for. */
function counter() {
  let count = 0;
  let wake = () => {};
  return {
    onChange: () => {
      count++;
      wake();
    },
    get count() {
      return count;
    },
    async reaches(wanted: number) {
      while (count < wanted) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

test('videos that come, change and go are told, and nothing else', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'watch-'));
  await writeFile(path.join(root, 'there.mkv'), 'x');
  const changes = counter();
  const watch = await watchFolder(root, { onChange: changes.onChange, stableMs: 50 });
  try {
    expect(changes.count).toBe(0);
    await writeFile(path.join(root, 'notes.txt'), 'x');
    await writeFile(path.join(root, '.hidden.mkv'), 'x');
    await mkdir(path.join(root, 'Show'));
    await writeFile(path.join(root, 'Show', 'new.mkv'), 'x');
    await changes.reaches(1);
    await appendFile(path.join(root, 'there.mkv'), 'more');
    await changes.reaches(2);
    await rm(path.join(root, 'there.mkv'));
    await changes.reaches(3);
  } finally {
    await watch[Symbol.asyncDispose]();
  }
  expect(changes.count).toBe(3);
  await rm(root, { recursive: true });
});
