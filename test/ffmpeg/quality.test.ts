import { expect, it, test } from '@jest/globals';
import {
  getBandwidthForQuality,
  getResolutionForQuality,
  isQuality,
  parseQuality,
  QUALITIES,
  QUALITY_1080P,
  QUALITY_480P,
  QUALITY_720P,
  QUALITY_LEVELS,
} from '../../src/ffmpeg/quality.ts';

it.each([
  [QUALITY_1080P, 5_192_000, '1920x1080', 5000, 10_000],
  [QUALITY_720P, 3_192_000, '1280x720', 3000, 6000],
  [QUALITY_480P, 1_692_000, '854x480', 1500, 3000],
] as const)('%s has %d bit/s in all and %s pixels', (quality, bandwidth, resolution, videoKbps, bufferKbits) => {
  expect(getBandwidthForQuality(quality)).toBe(bandwidth);
  expect(getResolutionForQuality(quality)).toBe(resolution);
  expect(QUALITIES[quality]).toMatchObject({ videoKbps, bufferKbits });
});

it.each([['4k'], [''], ['1080P'], ['toString']])('%j is no quality', (quality) => {
  const refusal = expect.objectContaining({ code: 'invalid_quality' });
  expect(isQuality(quality)).toBe(false);
  expect(() => parseQuality(quality)).toThrow(refusal);
  expect(() => getBandwidthForQuality(quality)).toThrow(refusal);
  expect(() => getResolutionForQuality(quality)).toThrow(refusal);
});

test('the ladder is complete, highest first', () => {
  expect(QUALITY_LEVELS.toSorted()).toEqual(Object.keys(QUALITIES).toSorted());
  const heights = QUALITY_LEVELS.map((quality) => QUALITIES[quality].height);
  expect(heights).toEqual(heights.toSorted((a, b) => b - a));
});
