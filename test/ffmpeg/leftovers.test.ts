import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endLeftovers } from '../../src/ffmpeg/leftovers.ts';
import { launchFFmpeg } from '../../src/ffmpeg/process.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leftovers-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** An ffmpeg that would go on for hours, at the pace of a clock. */
function endless(output: string) {
  return launchFFmpeg(
    ['-re', '-f', 'lavfi', '-i', 'color=s=16x16:r=1', '-f', 'null', '-metadata', `to=${output}`, '-'],
    {
      ffmpegPath: 'ffmpeg',
    },
  );
}

test('an ffmpeg that still writes below the folder is ended, another one is left alone', async () => {
  const ours = endless(path.join(folder, 'runs', 'a'));
  // Its folder ends like ours.
  const another = endless(path.join('/srv', folder, 'runs', 'a'));
  try {
    expect(await endLeftovers(folder)).toEqual([ours.pid]);
    await ours.exited;
    expect(() => process.kill(another.pid ?? 0, 0)).not.toThrow();
    expect(await endLeftovers(folder)).toEqual([]);
  } finally {
    await ours.terminate();
    await another.terminate();
  }
});
