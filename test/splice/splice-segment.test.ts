import { describe, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import { FRAME_RATES } from '../../src/schedule/frame-rate.ts';
import { createGrid, type Grid } from '../../src/schedule/grid.ts';
import type { ReelPicture } from '../../src/splice/reel-segment.ts';
import { SILENT_FRAME } from '../../src/splice/silence.ts';
import { soundSlotsOf } from '../../src/splice/slots.ts';
import { spliceSegment } from '../../src/splice/splice-segment.ts';
import { PAT_SECTION, PMT_SECTION } from '../../src/splice/tables.ts';
import { pesPackets, ticksBetween, timesOf, transportPackets } from '../support/transport.ts';

const PIDS = { pat: 0, pmt: 0x1000, picture: 0x100, sound: 0x101 } as const;
const FILM = createGrid({ num: 24000, den: 1001 }, 2);
const WRAP = 2 ** 33;

/** Bytes that are told apart by their number. */
function numbered(length: number, number: number): Buffer {
  return Buffer.alloc(length, number % 251);
}

/** A segment of pictures of these sizes; decode order swaps pairs, as with B pictures. */
function pictures(grid: Grid, bytesOf: (index: number) => number): ReelPicture[] {
  return Array.from({ length: grid.framesPerSegment }, (_, index) => {
    const isSwapped = index > 0 && index < grid.framesPerSegment - 1;
    const place = isSwapped ? (index % 2 === 1 ? index + 1 : index - 1) : index;
    return { place: Math.min(place, grid.framesPerSegment - 1), data: numbered(bytesOf(index), index) };
  });
}

function soundFrames(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => numbered(300 + (index % 90), index));
}

function splice(
  grid: Grid,
  segment: number,
  bytesOf: (index: number) => number = () => 3000,
  sound = soundFrames(200),
): Buffer {
  const slots = soundSlotsOf(grid, segment, undefined, undefined);
  return spliceSegment(grid, segment, { pictures: pictures(grid, bytesOf), soundFrames: sound, slots });
}

describe.each(FRAME_RATES.map((rate) => [`${rate.num}/${rate.den}`, rate] as const))('at %s', (_, rate) => {
  const grid = createGrid(rate, 2);
  const SEGMENTS = [881_900_000, 881_900_001, 881_900_002];
  const stream = Buffer.concat(
    SEGMENTS.map((segment) => splice(grid, segment, (index) => (index === 0 ? 40_000 : 500 + 97 * index))),
  );
  const packets = transportPackets(stream);

  it('counters run on over joined segments, a multiple of 16 packets on every PID', () => {
    for (const pid of Object.values(PIDS)) {
      const own = packets.filter((packet) => packet.pid === pid);
      expect(own.length % (16 * SEGMENTS.length)).toBe(0);
      own.forEach(({ counter }, index) => expect(counter).toBe(index % 16));
    }
    expect(new Set(packets.map(({ pid }) => pid))).toEqual(new Set(Object.values(PIDS)));
  });

  it('tables come 16 times in each segment, first of all and evenly spread', () => {
    const [first, second] = packets;
    expect([first?.pid, second?.pid]).toEqual([PIDS.pat, PIDS.pmt]);
    expect(packets.filter(({ pid }) => pid === PIDS.pat)).toHaveLength(16 * SEGMENTS.length);
    let seen = 0;
    const gaps: number[] = [];
    for (const { pid, isStart } of packets) {
      if (pid === PIDS.pat) {
        gaps.push(seen);
        seen = 0;
      }
      if (pid === PIDS.picture && isStart) seen++;
    }
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(grid.framesPerSegment / 16));
  });

  it('decode times step by one picture, and so do the times at which pictures are shown', () => {
    const step = (90_000 * rate.den) / rate.num;
    const times = pesPackets(packets, PIDS.picture).map(({ bytes }) => timesOf(bytes));
    const shown = times.map(({ pts }) => ticksBetween(times[0]?.pts ?? 0, pts)).sort((a, b) => a - b);
    for (let index = 1; index < times.length; index++) {
      expect(Math.abs(ticksBetween(times[index - 1]?.dts ?? 0, times[index]?.dts ?? 0) - step)).toBeLessThan(1);
      expect(Math.abs((shown[index] ?? 0) - (shown[index - 1] ?? 0) - step)).toBeLessThan(1);
    }
    for (const { pts, dts } of times) expect(ticksBetween(dts, pts)).toBeGreaterThanOrEqual(0);
  });

  it('the clock runs evenly, 100 ms before each decode time', () => {
    for (const { bytes, first } of pesPackets(packets, PIDS.picture)) {
      expect(ticksBetween(first.pcr ?? NaN, timesOf(bytes).dts)).toBe(9000);
    }
  });

  it('each segment begins with a key picture, and has one', () => {
    const keys = pesPackets(packets, PIDS.picture).map(({ first }) => first.isKey);
    expect(keys.flatMap((isKey, index) => (isKey ? [index] : []))).toEqual(
      [0, 1, 2].map((n) => n * grid.framesPerSegment),
    );
  });

  it('sound runs on, 1920 ticks a frame', () => {
    const sizes = soundFrames(200).map(({ length }) => length);
    const units = pesPackets(packets, PIDS.sound);
    for (let index = 1; index < units.length; index++) {
      const [before, now] = [units[index - 1]?.bytes ?? Buffer.alloc(0), units[index]?.bytes ?? Buffer.alloc(0)];
      const frames = ticksBetween(timesOf(before).pts, timesOf(now).pts) / 1920;
      expect([1, 2, 3, 4]).toContain(frames);
      expect(before.length - 14).toBeLessThanOrEqual(frames * Math.max(...sizes));
    }
  });
});

describe('what was given is sent, byte for byte,', () => {
  it.each([
    ['in pictures of every size', (index: number) => 1 + index * 41],
    ['in pictures that fill their packets exactly', (index: number) => 157 + 184 * index],
    ['in pictures a byte too large for their packets', (index: number) => 158 + 184 * index],
    ['in pictures of hardly any bytes', (index: number) => (index === 0 ? 900 : 1 + (index % 3))],
    ['in one large picture and small ones', (index: number) => (index === 0 ? 200_000 : 30)],
  ])('%s', (_, bytesOf) => {
    const units = pesPackets(transportPackets(splice(FILM, 12_345, bytesOf)), PIDS.picture);
    expect(units).toHaveLength(FILM.framesPerSegment);
    units.forEach(({ bytes, first }, index) => {
      expect(bytes.subarray(0, 9)).toEqual(Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x84, 0xc0, 10]));
      expect(bytes.subarray(19).equals(numbered(bytesOf(index), index))).toBe(true);
      // The header is whole in the first packet.
      expect(first.payload.length).toBeGreaterThanOrEqual(19);
    });
  });

  test('in sound, whose PES packets say how long they are', () => {
    const given = soundFrames(200);
    const units = pesPackets(transportPackets(splice(FILM, 12_345)), PIDS.sound);
    for (const { bytes } of units) {
      expect(bytes.subarray(0, 4)).toEqual(Buffer.from([0, 0, 1, 0xc0]));
      expect(bytes.readUInt16BE(4)).toBe(bytes.length - 6);
    }
    const sent = Buffer.concat(units.map(({ bytes }) => bytes.subarray(14)));
    expect(sent.equals(Buffer.concat(given).subarray(0, sent.length))).toBe(true);
  });
});

describe('slots', () => {
  const { first, until } = soundSlotsOf(FILM, 500, undefined, undefined);
  const sentFor = (sound: readonly Uint8Array[]) => {
    const bytes = spliceSegment(FILM, 500, {
      pictures: pictures(FILM, () => 800),
      soundFrames: sound,
      slots: { first, until },
    });
    return Buffer.concat(pesPackets(transportPackets(bytes), PIDS.sound).map((pes) => pes.bytes.subarray(14)));
  };

  test('that nothing fills are silent', () => {
    const silence = Buffer.concat(Array.from({ length: until - first }, () => SILENT_FRAME));
    expect(sentFor([]).equals(silence)).toBe(true);
  });

  test('that are one more than the frames end silently', () => {
    const frames = soundFrames(until - first - 1);
    expect(sentFor(frames).equals(Buffer.concat([...frames, SILENT_FRAME]))).toBe(true);
  });

  test('that are one fewer than the frames drop the last one', () => {
    const frames = soundFrames(until - first + 1);
    expect(sentFor(frames).equals(Buffer.concat(frames.slice(0, -1)))).toBe(true);
  });
});

test('times wrap at 33 bits within a segment', () => {
  const segment = Math.floor((1000 * WRAP) / (90_000 * 2.002));
  const packets = transportPackets(splice(FILM, segment));
  const times = pesPackets(packets, PIDS.picture).map(({ bytes, first }) => ({
    ...timesOf(bytes),
    pcr: first.pcr ?? NaN,
  }));
  expect(Math.min(...times.map(({ pts }) => pts))).toBeLessThan(WRAP / 2);
  expect(Math.max(...times.map(({ pts }) => pts))).toBeGreaterThan(WRAP / 2);
  for (const { pts, dts, pcr } of times) {
    for (const time of [pts, dts, pcr]) expect(time >= 0 && time < WRAP).toBe(true);
    expect(ticksBetween(pcr, dts)).toBe(9000);
    expect(ticksBetween(dts, pts)).toBeGreaterThanOrEqual(0);
  }
});

describe('tables', () => {
  it.each([
    ['PAT', PAT_SECTION],
    ['PMT', PMT_SECTION],
  ])('the %s says its own length and carries a right checksum', (_, section) => {
    expect(section.readUInt16BE(1) & 0xfff).toBe(section.length - 3);
    // Over all bytes, the checksum included, the remainder is nothing.
    expect(remainder(section)).toBe(0);
  });

  test('the checksum is the one that everybody uses', () => {
    // PAT of programme 1 with its map on PID 0x1000, as ffmpeg writes it.
    expect(PAT_SECTION.toString('hex')).toBe('00b00d0001c100000001f0002ab104b2');
  });
});

test('a silent frame is silence to a decoder', async () => {
  const input = Buffer.concat(Array.from({ length: 50 }, () => SILENT_FRAME));
  const args = ['-v', 'warning', '-f', 'aac', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'];
  const { stdout, stderr } = await execa('ffmpeg', args, { input, encoding: 'buffer' });
  expect(String(stderr)).toBe('');
  expect(stdout.length).toBe(50 * 1024 * 4);
  expect(stdout.every((byte) => byte === 0)).toBe(true);
});

/** Polynomial division over GF(2), bit by bit. */
function remainder(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const top = (register >>> 31) ^ ((byte >> bit) & 1);
      register = (register << 1) >>> 0;
      if (top === 1) register = (register ^ 0x04c11db7) >>> 0;
    }
  }
  return register;
}
