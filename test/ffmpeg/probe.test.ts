import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import { probeReport } from '../../src/ffmpeg/probe-report.ts';
import { mediaFactsOf } from '../../src/ffmpeg/probed-facts.ts';
import { probeFile } from '../../src/ffmpeg/probe.ts';
import { parseRational, valueOf } from '../../src/shared/rational.ts';

const ffprobePath = 'ffprobe';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'probe-'));
});
afterAll(() => rm(folder, { recursive: true }));

const picture = (rate: string, size = '64x36') => ['-f', 'lavfi', '-i', `testsrc=s=${size}:r=${rate}`];
const sound = (options = '') => ['-f', 'lavfi', '-i', `sine=r=48000${options}`];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '24', '-pix_fmt', 'yuv420p'];
const AAC = ['-c:a', 'aac', '-b:a', '64k'];

async function make(name: string, ...args: string[]): Promise<string> {
  const file = path.join(folder, name);
  await execa('ffmpeg', ['-v', 'error', '-y', ...args, file]);
  return file;
}

const probe = (file: string) => probeFile(file, { ffprobePath });
/** What the decoder says: the number of the picture that would follow the last one, counted from the file's start. */
async function decodedEnd(file: string, rate: string, hasSound: boolean): Promise<number> {
  const graph = `[0:V:0]fps=${rate}:start_time=0[v]${hasSound ? ';[0:a:0]anullsink' : ''}`;
  const { stdout } = await execa('ffmpeg', [
    ...['-v', 'quiet', '-copyts', '-start_at_zero', '-i', file, '-filter_complex', graph],
    ...['-map', '[v]', '-f', 'framecrc', '-'],
  ]);
  return Number(stdout.trim().split('\n').at(-1)?.split(',')[2]) + 1;
}

describe('the end of the last picture', () => {
  it.each<[name: string, rate: string, args: string[]]>([
    ['film.mkv', '24000/1001', [...picture('24000/1001'), ...sound(), '-t', '4.3', ...H264, '-c:a', 'pcm_s16le']],
    ['late.mkv', '30000/1001', [...picture('30000/1001'), ...sound(), '-t', '3', ...H264, ...AAC]],
    ['silent.mkv', '24', [...picture('24'), '-t', '3', ...H264]],
    ['live.mkv', '25', [...picture('25'), ...sound(), '-t', '3', ...H264, ...AAC, '-f', 'matroska', '-live', '1']],
    ['film.mp4', '30000/1001', [...picture('30000/1001'), ...sound(), '-t', '3', ...H264, ...AAC]],
    [
      'fragments.mp4',
      '25',
      [...picture('25'), ...sound(), '-t', '3', ...H264, ...AAC, '-movflags', 'empty_moov+frag_keyframe'],
    ],
    ['film.ts', '30000/1001', [...picture('30000/1001'), ...sound(), '-t', '3', ...H264, ...AAC]],
    ['film.m2ts', '50', [...picture('50'), ...sound(), '-t', '2', ...H264, ...AAC]],
    [
      'film.vob',
      '25',
      [...picture('25', '352x288'), ...sound(), '-t', '3', '-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'vob'],
    ],
    ['film.avi', '25', [...picture('25'), ...sound(), '-t', '3', '-c:v', 'mpeg4', '-bf', '2', '-c:a', 'mp2']],
    ['film.webm', '60', [...picture('60'), '-t', '1', '-c:v', 'libvpx', '-b:v', '100k']],
    ['longer-sound.ts', '25', [...picture('25:d=2'), ...sound(':d=4'), ...H264, ...AAC]],
    ['longer-sound.mkv', '25', [...picture('25:d=2'), ...sound(':d=4'), ...H264, ...AAC]],
  ])('is exact to the frame in %s', async (name, rate, args) => {
    const file = await make(name, ...args);
    const facts = await probe(file);
    const [num = 0, den = 1] = rate.split('/').map(Number);
    expect(facts).toMatchObject({ frameRate: { num, den }, variableFrameRate: false });
    expect((facts.durationMs * num) / den / 1000).toBeCloseTo(
      await decodedEnd(file, rate, facts.soundTracks.length > 0),
      6,
    );
  });

  test('follows the edit list of a cut MP4', async () => {
    const whole = await make('whole.mp4', ...picture('25'), ...sound(), '-t', '4', ...H264, ...AAC);
    const cut = await make('cut.mp4', '-ss', '1.3', '-i', whole, '-c', 'copy');
    expect(((await probe(cut)).durationMs * 25) / 1000).toBeCloseTo(await decodedEnd(cut, '25', true), 6);
  });

  test('is the declared one when an MP4 breaks off after its header', async () => {
    const file = await make('broken-off.mp4', ...picture('25'), '-t', '4', ...H264, '-movflags', '+faststart');
    await using handle = await open(file);
    await truncate(file, Math.round((await handle.stat()).size * 0.6));
    expect((await probe(file)).durationMs).toBe(4000);
  });
});

describe('the picture', () => {
  test('is the film, not the cover before it', async () => {
    const cover = await make('cover.png', ...picture('1', '20x20'), '-frames:v', '1');
    const file = await make(
      'covered.mp4',
      ...['-i', cover, ...picture('25'), '-map', '0', '-map', '1', '-t', '1', ...H264],
      ...['-c:v:0', 'png', '-disposition:v:0', 'attached_pic'],
    );
    expect(await probe(file)).toMatchObject({ width: 64, height: 36, videoCodec: 'h264', durationMs: 1000 });
  });

  test('has the aspect at which it is shown', async () => {
    const wide = await make('wide.mp4', ...picture('25', '72x58'), '-t', '1', ...H264, '-vf', 'setsar=64/45');
    expect(await probe(wide)).toMatchObject({
      ...{ sampleAspect: { num: 64, den: 45 }, displayAspect: { num: 256, den: 145 } },
    });
    const plain = await make('plain.mp4', ...picture('25'), '-t', '1', ...H264);
    expect(await probe(plain)).toMatchObject({
      ...{ sampleAspect: { num: 1, den: 1 }, displayAspect: { num: 16, den: 9 } },
    });
    const upright = await make('upright.mp4', '-i', plain, '-c', 'copy', '-metadata:s:v', 'rotate=90');
    expect(await probe(upright)).toMatchObject({
      ...{ sampleAspect: { num: 1, den: 1 }, displayAspect: { num: 9, den: 16 } },
    });
  });

  it.each([
    ['64x36', [], 'bt601'],
    ['1280x720', [], 'bt709'],
    ['64x36', ['-colorspace', 'bt709'], 'bt709'],
    ['1280x720', ['-colorspace', 'smpte170m'], 'bt601'],
    ['64x36', ['-colorspace', 'bt2020nc'], 'bt2020'],
  ])('of %s with %j is taken as made by %s', async (size, options, colourMatrix) => {
    const file = await make(`colour.mkv`, ...picture('25', size), '-frames:v', '2', ...H264, ...options);
    expect(await probe(file)).toMatchObject({ colourMatrix });
  });

  test('is known as interlaced, as HDR, and as having an index', async () => {
    const interlaced = await make(
      'interlaced.ts',
      ...picture('25'),
      '-t',
      '1',
      ...H264,
      '-x264opts',
      'tff=1',
      '-flags',
      '+ildct+ilme',
    );
    expect(await probe(interlaced)).toMatchObject({ fieldOrder: 'tt', hdr: false, seekable: false });
    const hdr = await make('hdr.mkv', ...picture('25'), '-t', '1', ...H264, '-color_trc', 'smpte2084');
    expect(await probe(hdr)).toMatchObject({ fieldOrder: 'progressive', hdr: true, seekable: true });
  });
});

describe('the pace of the pictures', () => {
  test('is the average of all where they do not follow each other evenly', async () => {
    const file = await make(
      'uneven.mp4',
      ...[...picture('30'), '-t', '4', '-vf', `select='lt(n,60)+not(mod(n,2))'`, '-vsync', 'vfr', ...H264],
    );
    // 60 pictures in the first half, 30 in the second.
    const { frameRate, variableFrameRate } = await probe(file);
    expect(variableFrameRate).toBe(true);
    expect(Math.abs(valueOf(frameRate) - 90 / 4)).toBeLessThan(1);
  });

  // As ffprobe says it: avg_frame_rate, r_frame_rate.
  it.each<[average: string, base: string, rate: string, isVariable: boolean]>([
    ['24000/1001', '24000/1001', '24000/1001', false],
    // A clock of whole milliseconds.
    ['2997/125', '24000/1001', '24000/1001', false],
    ['19001/317', '60000/1001', '60000/1001', false],
    ['25/1', '50/1', '25/1', false],
    ['599/20', '30/1', '30/1', false],
    ['1247/50', '50/1', '25/1', false],
    ['15/1', '15/1', '15/1', false],
    ['12/1', '12000/1001', '12000/1001', false],
    ['24000/1001', '60000/1001', '24000/1001', true],
    ['30/1', '45/1', '30/1', true],
    ['5394/181', '60/1', '30/1', false],
    ['4800/221', '30/1', '4800/221', true],
    // No rate was found, and the steps of the clock are told.
    ['25/1', '1000/1', '25/1', false],
    ['2117/100', '90000/1', '2117/100', true],
    ['0/0', '25/1', '25/1', false],
    ['25/1', '0/0', '25/1', false],
    ['0/0', '0/0', '25/1', false],
  ])('of %s on average and %s by its times is %s, variable: %s', (average, base, rate, variableFrameRate) => {
    const report = probeReport.parse({
      streams: [{ index: 0, codec_type: 'video', width: 64, height: 36, avg_frame_rate: average, r_frame_rate: base }],
      format: { format_name: 'matroska,webm', duration: '4.000000' },
    });
    expect(mediaFactsOf(report, report.streams[0]!, new Map())).toMatchObject({
      ...{ frameRate: parseRational(rate), variableFrameRate },
    });
  });
});

it.each([
  ['progressive', 'progressive'],
  ...['tt', 'bb', 'tb', 'bt'].map((order) => [order, order] as const),
  ['unknown', null],
  [undefined, null],
])('an order of fields that ffprobe calls %s is %s', (said, fieldOrder) => {
  const stream = { index: 0, codec_type: 'video', width: 64, height: 36, field_order: said };
  const report = probeReport.parse({ streams: [stream], format: { format_name: 'mpegts', duration: '4' } });
  expect(mediaFactsOf(report, report.streams[0]!, new Map()).fieldOrder).toBe(fieldOrder);
});

it.each(['N/A', '0:1', '1:1', undefined])('samples of the shape %s are square', (said) => {
  const stream = { index: 0, codec_type: 'video', width: 64, height: 36, sample_aspect_ratio: said };
  const report = probeReport.parse({ streams: [stream], format: { format_name: 'mpegts', duration: '4' } });
  expect(mediaFactsOf(report, report.streams[0]!, new Map()).sampleAspect).toEqual({ num: 1, den: 1 });
});

describe('the sound', () => {
  it.each(['mkv', 'mp4', 'ts'])('ends before the picture in %s', async (extension) => {
    const file = await make(`early.${extension}`, ...picture('25:d=4'), ...sound(':d=2'), ...H264, ...AAC);
    const [track] = (await probe(file)).soundTracks;
    expect(Math.abs((track?.endMs ?? 0) - 2000)).toBeLessThan(60);
  });

  test('has its language, its default track and its channels', async () => {
    const file = await make(
      'tracks.mkv',
      ...[
        ...picture('25'),
        ...sound(),
        ...sound(),
        '-map',
        '0',
        '-map',
        '1',
        '-map',
        '2',
        '-t',
        '1',
        ...H264,
        ...AAC,
        '-ac:a:1',
        '6',
      ],
      ...['-metadata:s:a:1', 'language=ger', '-disposition:a:0', '0', '-disposition:a:1', 'default'],
    );
    expect((await probe(file)).soundTracks).toMatchObject([
      { index: 0, language: null, isDefault: false, channels: 1 },
      { index: 1, language: 'ger', isDefault: true, channels: 6 },
    ]);
  });
});

test('a file that is gone is told from one that is no film', async () => {
  await expect(probe(path.join(folder, 'gone.mkv'))).rejects.toMatchObject({
    ...{ code: 'file_missing', message: expect.stringMatching(/the file is gone/) },
  });
});

describe('what is no film', () => {
  const written = async (name: string, content: string) => {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return file;
  };
  it.each<[what: string, file: () => Promise<string>, reason: RegExp]>([
    ['an empty file', () => written('empty.mkv', ''), /the file is empty/],
    ['a text', () => written('notes.mkv', 'this is no film\n'.repeat(50)), /Invalid data found/],
    ['a text file', () => written('notes.txt', 'this is no film\n'.repeat(50)), /not a film|Invalid data/],
    ['a folder', async () => folder, /Is a directory/],
    ['a still', () => make('still.png', ...picture('1'), '-frames:v', '1'), /a picture or a text/],
    ['sound alone', () => make('song.mka', ...sound(), '-t', '1', ...AAC), /sound but no moving picture/],
  ])('is refused in words: %s', async (_what, file, reason) => {
    const name = await file();
    await expect(probe(name)).rejects.toMatchObject({ code: 'probe_failed', message: expect.stringMatching(reason) });
    await expect(probe(name)).rejects.toMatchObject({ message: expect.stringContaining(`cannot air ${name}: `) });
  });

  test('a missing ffprobe is told as such', async () => {
    const file = await written('some.mkv', 'x');
    const options = { ffprobePath: '/nowhere/ffprobe' };
    await expect(probeFile(file, options)).rejects.toMatchObject({ code: 'ffmpeg_not_found' });
  });

  test('a probe that is called off or takes too long ends', async () => {
    const slow = await written('slow-ffprobe', '#!/bin/sh\nexec sleep 60\n');
    await execa('chmod', ['+x', slow]);
    const file = await written('slow.mkv', 'x');
    await expect(probeFile(file, { ffprobePath: slow, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('did not answer within 0.1 s'),
    });
    const signal = AbortSignal.abort(new Error('shutting down'));
    await expect(probeFile(file, { ffprobePath: slow, signal })).rejects.toThrow('shutting down');
  });
});
