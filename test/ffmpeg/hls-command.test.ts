import { describe, expect, it, test } from '@jest/globals';
import { ENCODERS } from '../../src/ffmpeg/encoders.ts';
import { buildHLSCommand, type StreamParams } from '../../src/ffmpeg/hls-command.ts';
import type { ReelParams, ReelSource } from '../../src/ffmpeg/reel-args.ts';
import { createGrid } from '../../src/schedule/grid.ts';

const SOFTWARE: StreamParams = {
  inputFile: '/media/video.mp4',
  outputPath: '/streams/channel1/1080p.m3u8',
  quality: '1080p',
  hardwareAccel: 'none',
  seekSeconds: 0,
  segmentDuration: 6,
  playlistSize: 10,
};

const SOFTWARE_COMMAND =
  '-i /media/video.mp4 -c:v libx264 -preset veryfast -c:a aac -b:a 192k -ac 2 ' +
  '-b:v 5000k -maxrate 5000k -bufsize 10000k -s 1920x1080 -f hls -hls_time 6 -hls_list_size 10 ' +
  '-hls_flags delete_segments -hls_segment_filename /streams/channel1/1080p_segment_%03d.ts ' +
  '-hls_playlist_type event /streams/channel1/1080p.m3u8';

describe('the examples of the specification come out argument for argument', () => {
  test('1080p in software', () => {
    expect(buildHLSCommand(SOFTWARE).args).toEqual(SOFTWARE_COMMAND.split(' '));
  });

  test('720p with NVENC and a seek', () => {
    const { args } = buildHLSCommand({
      ...SOFTWARE,
      outputPath: '/streams/channel1/720p.m3u8',
      quality: '720p',
      hardwareAccel: 'nvenc',
      seekSeconds: 3600,
    });
    expect(args).toEqual(
      (
        '-ss 3600 -i /media/video.mp4 -c:v h264_nvenc -preset p1 -c:a aac -b:a 192k -ac 2 ' +
        '-b:v 3000k -maxrate 3000k -bufsize 6000k -s 1280x720 -f hls -hls_time 6 -hls_list_size 10 ' +
        '-hls_flags delete_segments -hls_segment_filename /streams/channel1/720p_segment_%03d.ts ' +
        '-hls_playlist_type event /streams/channel1/720p.m3u8'
      ).split(' '),
    );
  });

  test('its usage: 1080p with NVENC from the first hour on', () => {
    const { args } = buildHLSCommand({ ...SOFTWARE, hardwareAccel: 'nvenc', seekSeconds: 3600 });
    expect(args.slice(0, 8)).toEqual('-ss 3600 -i /media/video.mp4 -c:v h264_nvenc -preset p1'.split(' '));
    expect(args.at(-1)).toBe('/streams/channel1/1080p.m3u8');
  });
});

it.each([
  ['none', '-c:v libx264 -preset veryfast'],
  ['nvenc', '-c:v h264_nvenc -preset p1'],
  ['qsv', '-c:v h264_qsv -preset veryfast'],
  ['vaapi', '-c:v h264_vaapi'],
  ['videotoolbox', '-c:v h264_videotoolbox'],
])('%s encodes with %s', (hardwareAccel, encoder) => {
  const { args } = buildHLSCommand({ ...SOFTWARE, hardwareAccel });
  const expected = SOFTWARE_COMMAND.replace('-c:v libx264 -preset veryfast', encoder);
  expect(args).toEqual(expected.split(' '));
});

test('auto is software: whoever wants the best encoder chooses it before', () => {
  expect(buildHLSCommand({ ...SOFTWARE, hardwareAccel: 'auto' })).toEqual(buildHLSCommand(SOFTWARE));
});

it.each([
  ['1080p', '-b:v 5000k -maxrate 5000k -bufsize 10000k -s 1920x1080'],
  ['720p', '-b:v 3000k -maxrate 3000k -bufsize 6000k -s 1280x720'],
  ['480p', '-b:v 1500k -maxrate 1500k -bufsize 3000k -s 854x480'],
])('%s has the rates and the size of its quality', (quality, rates) => {
  expect(buildHLSCommand({ ...SOFTWARE, quality }).args.join(' ')).toContain(rates);
});

it.each<[string, Partial<StreamParams>, string, RegExp]>([
  ['an unknown quality', { quality: '4k' }, 'invalid_quality', /^invalid quality level "4k"; use one of 1080p, 720p/],
  [
    'an unknown method',
    { hardwareAccel: 'gpu' },
    'invalid_hardware_accel',
    /^invalid hardware acceleration method "gpu"/,
  ],
  ['a method that is a property of every object', { hardwareAccel: 'toString' }, 'invalid_hardware_accel', /toString/],
  ['no input', { inputFile: '' }, 'empty_input_file', /^input file cannot be empty/],
  ['an input of blanks', { inputFile: ' ' }, 'empty_input_file', /^input file cannot be empty/],
  ['no output', { outputPath: '' }, 'empty_output_path', /^output path cannot be empty/],
  [
    'segments of no length',
    { segmentDuration: 0 },
    'invalid_segment_duration',
    /^segment duration must be positive, not 0/,
  ],
  ['segments of no number', { segmentDuration: NaN }, 'invalid_segment_duration', /^segment duration must be positive/],
  ['a playlist of no segments', { playlistSize: 0 }, 'invalid_playlist_size', /^playlist size must be positive, not 0/],
  ['fewer than none', { playlistSize: -1 }, 'invalid_playlist_size', /^playlist size must be positive, not -1/],
])('%s is refused', (_, wrong, code, message) => {
  const build = () => buildHLSCommand({ ...SOFTWARE, ...wrong });
  expect(build).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

describe('a run', () => {
  const grid = createGrid({ num: 24000, den: 1001 }, 2);
  const film: ReelSource = {
    kind: 'film',
    interlaced: false,
    toneMap: false,
    colourMatrix: 'bt601',
    sound: { track: 1, endMs: null },
  };
  const REEL: ReelParams = { grid, fromSegment: 3, untilSegment: 5, preset: 'faster', source: film };
  const run = (reel: Partial<ReelParams> = {}, params: Partial<StreamParams> = {}) => {
    const { args } = buildHLSCommand({ ...SOFTWARE, seekSeconds: 5.506, ...params, reel: { ...REEL, ...reel } });
    const after = (option: string) => args[args.indexOf(option) + 1] ?? '';
    const [picture = '', sound = ''] = after('-filter_complex').split(/(?<=\[v\]);/);
    return { args, after, picture, sound };
  };

  test('keeps the times of the file through the seek', () => {
    const { args } = run();
    const before = args.slice(0, args.indexOf('-i')).join(' ');
    expect(before).toMatch(/-copyts -start_at_zero -noaccurate_seek -ss 5\.506$/);
  });

  test('cuts the pictures of its segments by number, wherever the seek lands', () => {
    expect(run().picture).toMatch(
      /^\[0:V:0\]fps=24000\/1001:eof_action=pass,tpad=stop=95:stop_mode=clone,trim=start_pts=144:end_pts=240,scale=/,
    );
  });

  test('begins with the first picture only where it reads the file from the start', () => {
    expect(run({}, { seekSeconds: 0 }).picture).toContain(':start_time=0,');
    expect(run().picture).not.toContain('start_time');
  });

  test.each(Object.entries(ENCODERS))('%s makes closed groups of one segment and is uploaded to', (name, encoder) => {
    const { args, after, picture } = run({}, { hardwareAccel: name });
    expect([after('-c:v'), after('-g'), after('-keyint_min')]).toEqual([encoder.codec, '48', '48']);
    expect(args.join(' ')).toContain(encoder.closedGroups.join(' '));
    expect(args.slice(0, args.indexOf('-i')).join(' ')).toContain(encoder.device.join(' '));
    expect(picture.endsWith(`,${encoder.upload}[v]`)).toBe(true);
  });

  test('the preset that is set is the software encoder’s alone', () => {
    expect(run().after('-preset')).toBe('faster');
    expect(run({}, { hardwareAccel: 'nvenc' }).after('-preset')).toBe('p1');
  });

  test('numbers its pieces as reel segments and keeps them all', () => {
    const { args, after } = run();
    expect(after('-start_number')).toBe('3');
    expect(after('-hls_segment_filename')).toBe('/streams/channel1/%d.ts');
    expect(after('-hls_flags')).toBe('temp_file');
    expect(args).not.toContain('-hls_playlist_type');
    expect(args).not.toContain('-s');
  });

  it.each<[string, ReelSource, RegExp | null]>([
    ['a film', film, /\[0:a:1\]atrim=start=\d/],
    [
      'a film whose sound ends later',
      { ...film, sound: { track: 0, endMs: 7000 } },
      /atrim=start=[\d.]+:end=7\.000000,/,
    ],
    ['a film whose sound has ended', { ...film, sound: { track: 0, endMs: 5000 } }, null],
    ['a film without sound', { ...film, sound: null }, null],
    ['a still', { kind: 'still' }, null],
    ['a test picture', { kind: 'generated' }, null],
  ])('%s has sound over silence, or silence alone', (_, source, track) => {
    const { sound } = run({ source });
    expect(sound).toContain('anullsrc=r=48000:cl=stereo');
    if (track === null) expect(sound).not.toContain('[0:a');
    else expect(sound).toMatch(track);
  });

  it.each<[string, Partial<ReelSource & { kind: 'film' }>, RegExp]>([
    ['standard pictures', {}, /in_color_matrix=bt601:out_color_matrix=bt709:out_range=tv/],
    ['interlaced ones', { interlaced: true }, /^\[0:V:0\]bwdif=mode=send_frame:deint=all,fps=/],
    ['HDR ones', { toneMap: true }, /tonemap=tonemap=hable/],
  ])('%s become progressive BT.709', (_, facts, chain) => {
    const { picture } = run({ source: { ...film, ...facts } });
    expect(picture).toMatch(chain);
    expect(picture).toContain('setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709');
  });
});
