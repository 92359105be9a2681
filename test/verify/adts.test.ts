import { expect, it, test } from '@jest/globals';
import { AdtsReader } from '../../src/verify/adts.ts';

/** An AAC frame of `length` bytes: 48 kHz, stereo, one block. */
function frame(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.set([0xff, 0xf1, 0x4c, 0x80 | (length >> 11), (length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc]);
  return bytes;
}

it.each([
  ['between frames', 100],
  ['within a frame', 130],
  ['within a header', 203],
])('every frame is found once where the payload is cut %s', (_, cut) => {
  const bytes = Buffer.concat([frame(100), frame(100), frame(100), frame(100)]);
  const reader = new AdtsReader();
  const first = reader.push(bytes.subarray(0, cut));
  const second = reader.push(bytes.subarray(cut));
  expect([...first.frames, ...second.frames]).toHaveLength(4);
  expect(first.strayBytes + second.strayBytes).toBe(0);
  // The time stamp of the second payload belongs to the first frame that begins in it.
  expect(second.frames.filter(({ carriedOver }) => carriedOver)).toHaveLength(cut === 203 ? 1 : 0);
});

test('what belongs to no frame is counted', () => {
  const whole = { sampleRate: 48_000, channels: 2, samples: 1024, carriedOver: false };
  const { frames, strayBytes } = new AdtsReader().push(Buffer.concat([frame(50), Buffer.alloc(9), frame(60)]));
  expect(frames).toEqual(Array.from({ length: 2 }, () => whole));
  expect(strayBytes).toBe(9);
});
