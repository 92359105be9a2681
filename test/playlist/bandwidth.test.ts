import { expect, it } from '@jest/globals';
import { QUALITY_LEVELS, getBandwidthForQuality } from '../../src/ffmpeg/quality.ts';
import { peakBandwidth } from '../../src/playlist/bandwidth.ts';

it.each([
  ['1080p', 2, 11_007_360],
  ['1080p', 1, 16_407_360],
  ['720p', 2, 6_687_360],
  ['480p', 6, 2_367_360],
] as const)('%s in segments of %d s peaks at %d bits per second', (quality, seconds, expected) => {
  expect(peakBandwidth(quality, seconds)).toBe(expected);
});

it('is whole for any segment length, and above the average', () => {
  for (const quality of QUALITY_LEVELS) {
    for (const seconds of [1.001, 2.002, 6.006]) {
      expect(Number.isInteger(peakBandwidth(quality, seconds))).toBe(true);
      expect(peakBandwidth(quality, seconds)).toBeGreaterThan(getBandwidthForQuality(quality));
    }
  }
});

it.each([0, -1, Number.NaN])('refuses a segment of %d s', (seconds) => {
  expect(() => peakBandwidth('720p', seconds)).toThrow(expect.objectContaining({ code: 'invalid_segment_duration' }));
});
