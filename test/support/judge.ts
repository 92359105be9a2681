import { expect } from '@jest/globals';
import type { Report } from '../../src/verify/verify.ts';
import { verify } from '../../src/verify/verify.ts';

const FFMPEG = 'ffmpeg';

/** The judge's report on a source in which it must find nothing. */
export async function faultless(
  source: string,
  { seconds = 600 }: { seconds?: number } = {},
): Promise<Report['facts']> {
  const { faults, facts } = await verify(source, { seconds, ffmpegPath: FFMPEG });
  expect(faults).toEqual([]);
  return facts;
}
