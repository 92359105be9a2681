import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FaultCode } from '../../src/verify/faults.ts';
import { renderReport, verify } from '../../src/verify/verify.ts';
import * as seed from './seed.ts';

const options = { seconds: 30, ffmpegPath: 'ffmpeg' };
let folder: string;
let good: Buffer;
let playlist: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verify-test-'));
  seed.makeStream(inFolder('good.ts'), 4);
  good = await readFile(inFolder('good.ts'));
  playlist = await readFile(seed.makeHls(inFolder('good.ts'), folder, 'hls'), 'utf8');
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

function inFolder(name: string): string {
  return path.join(folder, name);
}

async function faultsOf(name: string, content: Buffer | string): Promise<Map<FaultCode, string>> {
  await writeFile(inFolder(name), content);
  const { faults } = await verify(inFolder(name), options);
  return new Map(faults.map(({ code, sentence }) => [code, sentence]));
}

describe('a stream without faults', () => {
  test('is told in numbers', async () => {
    const report = await verify(inFolder('good.ts'), options);
    expect(report.faults).toEqual([]);
    expect(report.facts).toMatchObject({ pictures: 100, keyPictures: 4, framesPerSecond: 25, sampleRate: 48_000 });
    expect(report.facts).toMatchObject({ parameterSets: 2, bytes: good.length, packets: good.length / 188 });
    expect(renderReport(report)).toMatch(/100 pictures at 25 a second[^]*verdict: no faults\n$/);
  });

  it.each([
    ['at 23.976 with sound at 44.1 kHz', ['-r', '24000/1001', '-g', '24', '-ar', '44100']],
    ['across the wrap of the time stamps', ['-output_ts_offset', '95441.7']],
    ['without sound', ['-an']],
    ['without picture', ['-vn', '-pes_payload_size', '0']],
    ['with as few PCRs as ffmpeg sends by itself', ['-pcr_period', '-1']],
    ['with one sound frame in each PES packet', ['-pes_payload_size', '0']],
  ])('passes %s', async (name, args) => {
    const file = inFolder(`${name}.ts`);
    seed.makeStream(file, 3, ...args);
    expect((await verify(file, options)).faults).toEqual([]);
  });

  test('passes as segments, whose dates and durations fit', async () => {
    const { faults, facts } = await verify(inFolder('hls.m3u8'), options);
    expect(faults).toEqual([]);
    expect(facts).toMatchObject({ segments: 4, pictures: 100, discontinuities: 0, playlistLoads: 1 });
  });

  test('may repeat a packet once, and send packets without payload', async () => {
    const packets = seed.packetsOf(good);
    const [, second] = seed.unitsOf(packets, seed.PICTURE_PID)[5]!;
    const empty = Buffer.alloc(188, 0xff);
    packets[second!]!.copy(empty, 0, 0, 4);
    empty.writeUInt8(0x20 | (packets[second!]!.readUInt8(3) & 0x0f), 3);
    empty.set([183, 0], 4);
    packets.splice(second! + 1, 0, Buffer.from(packets[second!]!), empty);
    expect(await faultsOf('copies.ts', Buffer.concat(packets))).toEqual(new Map());
  });

  test('passes as segments that hold sound alone', async () => {
    seed.makeHls(inFolder('good.ts'), folder, 'radio', '-vn');
    const { faults, facts } = await verify(inFolder('radio.m3u8'), options);
    expect(faults.filter(({ code }) => code !== 'pcr_interval')).toEqual([]);
    expect(facts).toMatchObject({ pictures: 0, sampleRate: 48_000 });
  });

  test('may jump and change its parameter sets at a discontinuity', async () => {
    seed.makeStream(inFolder('other.ts'), 1, '-profile:v', 'main', '-output_ts_offset', '50');
    const marked = playlist.replace('#EXT-X-ENDLIST', '#EXT-X-DISCONTINUITY\n#EXTINF:1.0,\nother.ts\n#EXT-X-ENDLIST');
    await writeFile(inFolder('marked.m3u8'), marked);
    const { faults, facts } = await verify(inFolder('marked.m3u8'), options);
    expect(faults).toEqual([]);
    expect(facts).toMatchObject({ segments: 5, discontinuities: 1, pictures: 125, parameterSets: 4 });
    const unmarked = await faultsOf('unmarked.m3u8', marked.replace('#EXT-X-DISCONTINUITY\n', ''));
    expect([...unmarked.keys()]).toEqual(
      expect.arrayContaining(['picture_step', 'parameter_sets_changed', 'sound_gap']),
    );
  });

  test('is read through a master playlist, whose first variant is named', async () => {
    const variants = ['#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=160x120', 'hls.m3u8'];
    const master = [...variants, '#EXT-X-STREAM-INF:BANDWIDTH=400000', 'low.m3u8', ''].join('\n');
    await writeFile(inFolder('master.m3u8'), master);
    const report = await verify(inFolder('master.m3u8'), options);
    expect(report.faults).toEqual([]);
    expect(report.facts.variant).toBe('160x120, 900 kbit/s, hls.m3u8 (the first of 2)');
  });
});

/** Each fault: its own code, what it may entail, and the surgery. */
const seeded: [string, FaultCode, FaultCode[], (packets: Buffer[]) => Buffer][] = [
  ['a packet that is missing', 'continuity', ['pes_broken', 'decoder_warning'], dropPacket],
  ['a lost sync byte', 'sync_lost', ['continuity', 'pes_broken', 'decoder_warning'], loseSync],
  ['a damaged table', 'tables_crc', ['decoder_warning'], damageTable],
  ['a table that changes', 'tables_changed', ['decoder_warning'], changeTable],
  ['a picture that is missing', 'picture_step', ['decode_step'], dropPicture],
  ['a picture that comes twice', 'picture_step', ['decode_order', 'decoder_warning'], doublePicture],
  ['a picture that is late', 'picture_step', ['decoder_warning'], delayPicture],
  ['a sound frame that is missing', 'sound_gap', [], (packets) => editSound(packets, (frames) => frames.slice(1))],
  [
    'a sound frame that comes twice',
    'sound_overlap',
    ['decoder_warning'],
    (packets) => editSound(packets, (f) => [...f, ...f.slice(-1)]),
  ],
  ['sound that is no sound', 'sound_broken', ['sound_gap', 'decoder_warning'], breakSound],
  ['a PCR that is rare', 'pcr_interval', [], thinPcr],
  ['no PCR', 'pcr_missing', [], (packets) => clearPcr(packets, () => true)],
  ['a PCR that goes back', 'pcr_back', ['pcr_interval'], (packets) => shiftPcr(packets, -9000)],
  ['a PCR after the decode time', 'pcr_late', ['pcr_interval', 'pcr_back'], (packets) => shiftPcr(packets, 90_000)],
  ['pictures that are corrupt', 'decoder_warning', [], corruptPicture],
];

describe('a seeded fault', () => {
  it.each(seeded)('%s is found as %s', async (name, code, entailed, surgery) => {
    const faults = await faultsOf(`${name}.ts`, surgery(seed.packetsOf(good)));
    expect([...faults.keys()]).toContain(code);
    expect([...faults.keys()].filter((found) => found !== code && !entailed.includes(found))).toEqual([]);
  });

  test('parameter sets that change in the middle are found by themselves', async () => {
    seed.makeStream(inFolder('high.ts'), 2, '-an', '-profile:v', 'high', '-output_ts_offset', '10');
    seed.makeStream(inFolder('main.ts'), 2, '-an', '-profile:v', 'main', '-output_ts_offset', '12');
    const both = Buffer.concat([await readFile(inFolder('high.ts')), await readFile(inFolder('main.ts'))]);
    const faults = await faultsOf('sets.ts', seed.renumber(seed.packetsOf(both)));
    expect([...faults.keys()]).toEqual(['parameter_sets_changed']);
    expect(faults.get('parameter_sets_changed')).toMatch(/from profile 100.* to profile 77/);
  });

  test('sound far from the picture is found by itself', async () => {
    seed.ffmpeg('-i', inFolder('good.ts'), '-itsoffset', '0.3', '-i', inFolder('good.ts'), '-map', '0:v', '-map', '1:a',
      '-c', 'copy', '-muxdelay', '0.5', inFolder('late.ts')); // prettier-ignore
    const { faults } = await verify(inFolder('late.ts'), options);
    expect(faults.map(({ code }) => code)).toEqual(['sound_offset']);
  });

  it.each<[string, FaultCode, (text: string) => string]>([
    ['EXTINF that is wrong by a frame', 'extinf', (text) => text.replace('#EXTINF:1.000000', '#EXTINF:1.040000')],
    ['a date that is 40 ms off', 'date', (text) => moveDate(text, 40)],
    ['a target duration that is too short', 'target_duration', (text) => text.replace('DURATION:1\n', 'DURATION:0\n')],
    ['a segment that is not there', 'segment_missing', (text) => text.replace('hls3.ts', 'none.ts')],
    [
      'VOD without end',
      'endlist_missing',
      (text) => text.replace('#EXT-X-ENDLIST', '').replace('#EXTINF', '#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF'),
    ],
  ])('%s is found as %s and as nothing else', async (name, code, edit) => {
    const edited = edit(playlist);
    expect(edited).not.toBe(playlist);
    expect([...(await faultsOf(`${name}.m3u8`, edited)).keys()]).toEqual([code]);
  });

  test('segments that do not begin with a key picture are found by themselves', async () => {
    seed.ffmpeg('-i', inFolder('good.ts'), '-c:v', 'libx264', '-g', '100', '-bf', '0', '-sc_threshold', '0', '-an',
      '-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_flags', 'split_by_time', inFolder('open.m3u8')); // prettier-ignore
    const { faults, facts } = await verify(inFolder('open.m3u8'), options);
    expect(faults.map(({ code }) => code)).toEqual(['segment_start']);
    expect(renderReport({ source: 'open.m3u8', facts, faults })).toMatch(/verdict: \d+ faults? of one kind\n$/);
  });
});

describe('a source that cannot be read', () => {
  it.each([
    ['is not there', 'nowhere.ts', undefined],
    ['is a folder', '', undefined],
    ['is no media', 'letter.ts', 'Dear George, '.repeat(500)],
    ['is empty', 'empty.ts', ''],
    ['is a playlist of fragmented MP4', 'mp4.m3u8', '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\na.m4s\n'],
    [
      'lists nothing that can be read',
      'gone.m3u8',
      '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n',
    ],
  ])('is told when it %s', async (_, name, content) => {
    if (content !== undefined) await writeFile(inFolder(name), content);
    await expect(verify(inFolder(name), options)).rejects.toMatchObject({ code: 'source_unreadable' });
  });

  test('without ffmpeg it is told that ffmpeg is missing', async () => {
    const attempt = verify(inFolder('good.ts'), { ...options, ffmpegPath: inFolder('no-ffmpeg') });
    await expect(attempt).rejects.toMatchObject({ code: 'ffmpeg_not_found' });
  });
});

function dropPacket(packets: Buffer[]): Buffer {
  const unit = seed.unitsOf(packets, seed.PICTURE_PID)[25]!;
  return Buffer.concat(packets.toSpliced(unit[5]!, 1));
}

function loseSync(packets: Buffer[]): Buffer {
  const unit = seed.unitsOf(packets, seed.PICTURE_PID)[25]!;
  packets[unit[5]!]!.writeUInt8(0, 0);
  return Buffer.concat(packets);
}

function damageTable(packets: Buffer[]): Buffer {
  const table = packets.filter((packet) => seed.pidOf(packet) === seed.PMT_PID)[2]!;
  table.writeUInt8(table.readUInt8(14) ^ 1, 14);
  return Buffer.concat(packets);
}

function changeTable(packets: Buffer[]): Buffer {
  const [, ...tables] = packets.filter((packet) => seed.pidOf(packet) === seed.PMT_PID);
  return Buffer.concat([...packets, otherPmt(tables.at(-1)!)]);
}

/** The PMT that follows this one, with another type for the first stream. */
function otherPmt(packet: Buffer): Buffer {
  const changed = Buffer.from(packet);
  changed.writeUInt8((packet.readUInt8(3) & 0xf0) | ((packet.readUInt8(3) + 1) & 0x0f), 3);
  const length = 3 + (changed.readUInt16BE(6) & 0xfff);
  changed.writeUInt8(0x02, 5 + 12);
  changed.writeUInt32BE(crc32(changed.subarray(5, 5 + length - 4)), 5 + length - 4);
  return changed;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const isSet = ((crc >>> 31) ^ (byte >> bit)) & 1;
      crc = (crc << 1) ^ (isSet === 1 ? 0x04c11db7 : 0);
    }
  }
  return crc >>> 0;
}

function disposableUnit(packets: Buffer[]): number[] {
  return seed
    .unitsOf(packets, seed.PICTURE_PID)
    .slice(30)
    .find((unit) => seed.isDisposable(seed.pesOf(packets, unit)))!;
}

function dropPicture(packets: Buffer[]): Buffer {
  return seed.renumber(seed.replaceUnit(packets, disposableUnit(packets), []));
}

function doublePicture(packets: Buffer[]): Buffer {
  const unit = disposableUnit(packets);
  const again = [...unit, ...unit].map((place) => Buffer.from(packets[place]!));
  return seed.renumber(seed.replaceUnit(packets, unit, again));
}

/** Adds 4 ticks to the last byte of a PTS. */
function delayPicture(packets: Buffer[]): Buffer {
  const packet = packets[disposableUnit(packets)[0]!]!;
  const pes = seed.payloadOf(packet);
  pes.writeUInt8(pes.readUInt8(13) + 8, 13);
  return Buffer.concat(packets);
}

function editSound(packets: Buffer[], edit: (frames: Buffer[]) => Buffer[]): Buffer {
  const unit = seed.unitsOf(packets, seed.SOUND_PID)[3]!;
  const { header, frames } = seed.soundFramesOf(seed.pesOf(packets, unit));
  const pes = Buffer.concat([header, ...edit(frames)]);
  return seed.renumber(seed.replaceUnit(packets, unit, seed.pack(seed.SOUND_PID, pes)));
}

function breakSound(packets: Buffer[]): Buffer {
  return editSound(packets, ([first, ...frames]) => [Buffer.alloc(first!.length), ...frames]);
}

function clearPcr(packets: Buffer[], where: (place: number) => boolean): Buffer {
  packets.filter(seed.hasPcr).forEach((packet, place) => {
    if (where(place)) packet.writeUInt8(packet.readUInt8(5) & ~0x10, 5);
  });
  return Buffer.concat(packets);
}

function thinPcr(packets: Buffer[]): Buffer {
  return clearPcr(packets, (place) => place >= 20 && place < 23);
}

function shiftPcr(packets: Buffer[], ticks: number): Buffer {
  seed.movePcr(packets.filter(seed.hasPcr)[20]!, ticks);
  return Buffer.concat(packets);
}

function corruptPicture(packets: Buffer[]): Buffer {
  for (const place of seed.unitsOf(packets, seed.PICTURE_PID)[25]!.slice(3, 6)) packets[place]!.fill(0x55, 60);
  return Buffer.concat(packets);
}

function moveDate(text: string, byMs: number): string {
  const dates = [...text.matchAll(/DATE-TIME:(.*)/g)];
  const date = dates[2]![1]!;
  return text.replace(date, new Date(Date.parse(date) + byMs).toISOString());
}
