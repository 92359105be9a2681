import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { ENCODERS, type EncoderFamily } from '../../src/ffmpeg/encoders.ts';
import { measureSpeed } from '../../src/reels/machine.ts';
import { testJob } from '../../src/reels/reel-job.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { readReelSegment } from '../../src/splice/reel-segment.ts';
import { develop, launch } from '../support/developed.ts';
import { launchStandIn } from '../support/stand-in.ts';

const HARDWARE = Object.keys(ENCODERS).filter((family): family is EncoderFamily => family !== 'none');
const GRID = createGrid({ num: 24000, den: 1001 }, 1);

describe.each(HARDWARE)('what %s gives, pictures in the order in which they are shown,', (encoder) => {
  test('is cut where the software encoder’s is, wherever a run begins', async () => {
    const format = { grid: GRID, quality: '480p', encoder } as const;
    const range = { from: 2, until: 5 };
    const { outcome, pieces } = await develop(testJob(format, 5), range, { launch: launchStandIn(launch, encoder) });
    expect(outcome).toMatchObject({ taken: 5, problem: undefined });
    for (const [reelSegment, bytes] of pieces) {
      const { pictures } = readReelSegment(GRID, reelSegment, bytes);
      expect(pictures.map(({ place }) => place)).toEqual([...Array(GRID.framesPerSegment).keys()]);
    }
  });
});

test('an encoder is not proven by pieces that do not join', async () => {
  // Pictures in order, of an encoder that is expected to reorder them.
  const wrong = (args: readonly string[]) => args.map((word, at) => (args[at - 1] === '-bf' ? '0' : word));
  const tools = { preset: 'superfast', runsDirectory: tmpdir(), now: () => performance.now() };
  const result = await measureSpeed('480p', 'none', 2, { ...tools, launch: (args, how) => launch(wrong(args), how) });
  expect(result).toEqual({ problem: expect.stringMatching(/sound frames/) });
});
