import { beforeAll, describe, expect, it, test } from '@jest/globals';
import { testJob } from '../../src/reels/reel-job.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { soundCut } from '../../src/schedule/sound-cut.ts';
import { AppError } from '../../src/shared/errors.ts';
import { readReelSegment } from '../../src/splice/reel-segment.ts';
import { develop } from '../support/developed.ts';

const GRID = createGrid({ num: 25, den: 1 }, 1);
const PICTURE = 0x100;
const SOUND = 0x101;

/** The first pieces of a run, as ffmpeg wrote them. */
let pieces: ReadonlyMap<number, Buffer>;
beforeAll(async () => {
  const job = testJob({ grid: GRID, quality: '480p', encoder: 'none' }, 3);
  ({ pieces } = await develop(job, { from: 0, until: 3 }));
});

const piece = (number = 1) => Buffer.from(pieces.get(number) ?? Buffer.alloc(0));

describe('a whole piece', () => {
  it.each([0, 1, 2])('number %d has its pictures in decode order and its sound frames', (number) => {
    const { pictures, soundFrames } = readReelSegment(GRID, number, piece(number));
    expect(pictures.map(({ place }) => place).sort((a, b) => a - b)).toEqual([...Array(25).keys()]);
    expect(pictures[0]?.place).toBe(0);
    expect(soundFrames).toHaveLength(soundCut(GRID, number + 1) - soundCut(GRID, number));
    for (const frame of soundFrames) expect(frame[0]).toBe(0xff);
  });

  test('is read the same from the middle of a larger buffer', () => {
    const larger = Buffer.concat([Buffer.alloc(77), piece(), Buffer.alloc(5)]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 77, piece().length);
    expect(readReelSegment(GRID, 1, view)).toEqual(readReelSegment(GRID, 1, piece()));
  });
});

/** Transport packets of a piece; a surgeon may leave out, repeat, move and change them. */
const packetsOf = (bytes: Buffer) =>
  Array.from({ length: bytes.length / 188 }, (_, index) => bytes.subarray(index * 188, (index + 1) * 188));
const pidOf = (packet: Buffer) => packet.readUInt16BE(1) & 0x1fff;
const isStart = (packet: Buffer) => (packet.readUInt8(1) & 0x40) !== 0;
const payloadAt = (packet: Buffer) => ((packet.readUInt8(3) & 0x20) === 0 ? 4 : 5 + packet.readUInt8(4));

/** The packets of the units (PES packets) of a PID. */
function unitsOf(packets: readonly Buffer[], pid: number): Buffer[][] {
  const units: Buffer[][] = [];
  for (const packet of packets.filter((each) => pidOf(each) === pid)) {
    if (isStart(packet)) units.push([]);
    units.at(-1)?.push(packet);
  }
  return units;
}

/** Puts units of a PID in another order, where the first one stood, and counts the packets anew. */
function rearranged(pid: number, rearrange: (units: Buffer[][]) => Buffer[][]): Buffer {
  const packets = packetsOf(piece());
  const others = packets.filter((packet) => pidOf(packet) !== pid);
  const units = rearrange(unitsOf(packets, pid))
    .flat()
    .map((packet) => Buffer.from(packet));
  units.forEach((packet, index) => packet.writeUInt8((packet.readUInt8(3) & 0xf0) | (index & 15), 3));
  return Buffer.concat([...others, ...units]);
}

/** Changes a unit's first packet; `at` is where its PES packet begins. */
function operated(pid: number, unit: number, operate: (packet: Buffer, at: number) => void): Buffer {
  return rearranged(pid, (units) => {
    const first = units[unit]?.[0] ?? Buffer.alloc(188);
    operate(first, payloadAt(first));
    return units;
  });
}

/** Sets the time of a PES packet to that of another one. */
function sameTime(pid: number, unit: number, other: number): Buffer {
  return rearranged(pid, (units) => {
    const from = units[other]?.[0] ?? Buffer.alloc(188);
    const to = units[unit]?.[0] ?? Buffer.alloc(188);
    from.copy(to, payloadAt(to) + 9, payloadAt(from) + 9, payloadAt(from) + 14);
    return units;
  });
}

const without = (unit: number) => (units: Buffer[][]) => units.filter((_, index) => index !== unit);
const moved = (from: number, to: number) => (units: Buffer[][]) => {
  const rest = without(from)(units);
  return [...rest.slice(0, to), units[from] ?? [], ...rest.slice(to)];
};

describe('is refused by name:', () => {
  it.each<[string, () => Buffer, AppError['code'], RegExp]>([
    ['nothing at all', () => Buffer.alloc(0), 'piece_not_whole', /0 pictures, not 25/],
    [
      'a piece that is cut off in a packet',
      () => piece().subarray(0, 20_000),
      'invalid_mpegts',
      /20000 bytes are not whole packets/,
    ],
    [
      'a piece that is cut off between packets',
      () => piece().subarray(0, 188 * 100),
      'piece_not_whole',
      /\d+ pictures, not 25/,
    ],
    ['lost sync', () => piece().fill(0, 188 * 7, 188 * 7 + 1), 'invalid_mpegts', /no sync byte at 1316/],
    [
      'something else altogether',
      () => Buffer.from('no film at all '.repeat(188)),
      'invalid_mpegts',
      /no sync byte at 0/,
    ],
    [
      'a lost packet',
      () => Buffer.concat(packetsOf(piece()).filter((_, index) => index !== 20)),
      'invalid_mpegts',
      /a packet is missing at 3760/,
    ],
    ['a picture that is missing', () => rearranged(PICTURE, without(9)), 'piece_not_whole', /24 pictures, not 25/],
    [
      'a picture that comes twice',
      () => rearranged(PICTURE, (units) => [...units, units[3] ?? []]),
      'piece_not_whole',
      /26 pictures, not 25/,
    ],
    ['two pictures for the same place', () => sameTime(PICTURE, 9, 12), 'piece_not_whole', /picture \d+ is missing/],
    [
      'a first picture that is no key',
      () => operated(PICTURE, 0, (packet) => packet.writeUInt8(packet.readUInt8(5) & ~0x40, 5)),
      'piece_not_whole',
      /the first picture is no key picture/,
    ],
    ['a piece of another number', () => piece(2), 'piece_not_whole', /begins with picture 25/],
    [
      'a picture that is sent too late',
      () => rearranged(PICTURE, moved(5, 15)),
      'piece_not_whole',
      /picture \d+ is reordered too deeply/,
    ],
    [
      'sound frames that are missing',
      () => rearranged(SOUND, without(3)),
      'piece_not_whole',
      /\d+ sound frames, not 47/,
    ],
    ['no sound at all', () => rearranged(SOUND, () => []), 'piece_not_whole', /0 sound frames, not 47/],
    ['sound frames for the same slots', () => sameTime(SOUND, 2, 3), 'piece_not_whole', /sound frame \d+ is missing/],
    [
      'a PES packet that is cut off',
      () => operated(SOUND, 2, (packet, at) => packet.writeUInt16BE(5000, at + 4)),
      'invalid_mpegts',
      /a PES packet is cut off/,
    ],
    [
      'a PES packet without start code',
      () => operated(PICTURE, 4, (packet, at) => packet.writeUInt8(9, at + 2)),
      'invalid_mpegts',
      /does not begin with its start code/,
    ],
    [
      'a PES packet without time',
      () => operated(PICTURE, 4, (packet, at) => packet.writeUInt8(0, at + 7)),
      'invalid_mpegts',
      /a PES packet has no time/,
    ],
    [
      'an adaptation field that is longer than its packet',
      () => operated(PICTURE, 4, (packet) => packet.writeUInt8(200, 4)),
      'invalid_mpegts',
      /an adaptation field is too long/,
    ],
    [
      'a PES packet amid another one',
      () => {
        const sound = unitsOf(packetsOf(piece()), SOUND)[0] ?? [];
        const others = packetsOf(piece()).filter((packet) => !sound.some((each) => each.equals(packet)));
        const amid = others.findIndex((packet) => pidOf(packet) === PICTURE && !isStart(packet));
        return Buffer.concat([...others.slice(0, amid), ...sound, ...others.slice(amid)]);
      },
      'invalid_mpegts',
      /a packet is not where its PES packet is/,
    ],
    [
      'sound that is no AAC',
      () => operated(SOUND, 2, (packet, at) => packet.writeUInt8(0, at + 14)),
      'invalid_mpegts',
      /sound is not AAC in ADTS/,
    ],
    [
      'an AAC frame that is cut off',
      () => operated(SOUND, 2, (packet, at) => packet.writeUInt8(0xff, at + 18)),
      'invalid_mpegts',
      /AAC/,
    ],
  ])('%s', (_, broken, code, words) => {
    const read = () => readReelSegment(GRID, 1, broken());
    expect(read).toThrow(AppError);
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) }));
  });

  test('any packet of pictures or sound that is lost', () => {
    const packets = packetsOf(piece());
    for (let lost = 5; lost < packets.length - 40; lost += 11) {
      if (![PICTURE, SOUND].includes(pidOf(packets[lost] ?? Buffer.alloc(188)))) continue;
      const bytes = Buffer.concat(packets.filter((_, index) => index !== lost));
      expect(() => readReelSegment(GRID, 1, bytes)).toThrow(AppError);
    }
  });
});

test('whatever bytes are wrong, reading ends with a segment or with a refusal', () => {
  let random = 7;
  const next = (limit: number) => (random = (random * 1_103_515_245 + 12_345) % 2 ** 31) % limit;
  for (let attempt = 0; attempt < 400; attempt++) {
    const bytes = piece();
    for (let change = 0; change < 6; change++) {
      // Near the beginning of a packet, where it hurts.
      bytes.writeUInt8(next(256), next(bytes.length / 188) * 188 + next(30));
    }
    try {
      readReelSegment(GRID, 1, bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
    }
  }
});
