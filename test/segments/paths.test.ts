import { expect, it, test } from '@jest/globals';
import {
  channelDirectory,
  getOutputPath,
  getPlaylistFilename,
  getSegmentPattern,
  masterPlaylistPath,
  parseSegmentFilename,
  segmentDirectory,
  segmentFilename,
} from '../../src/segments/paths.ts';

test('paths of a channel and a quality are the documented ones', () => {
  expect(getOutputPath('/streams', 'channel1', '1080p')).toBe('/streams/channel1/1080p.m3u8');
  expect(getSegmentPattern('channel1', '1080p')).toBe('channel1_1080p_segment_%03d.ts');
  expect(getPlaylistFilename('1080p')).toBe('1080p.m3u8');
});

test('the tree has a folder per channel, with playlists and a folder per quality', () => {
  expect(channelDirectory('/streams', 'channel1')).toBe('/streams/channel1');
  expect(masterPlaylistPath('/streams', 'channel1')).toBe('/streams/channel1/master.m3u8');
  expect(segmentDirectory('/streams', 'channel1', '480p')).toBe('/streams/channel1/480p');
});

it.each([
  [0, 'channel1_720p_segment_000.ts'],
  [42, 'channel1_720p_segment_042.ts'],
  [1000, 'channel1_720p_segment_1000.ts'],
  [881900123, 'channel1_720p_segment_881900123.ts'],
])('segment %d is the file %s, and back', (n, name) => {
  expect(segmentFilename('channel1', '720p', n)).toBe(name);
  expect(parseSegmentFilename(name)).toBe(n);
});

it.each([
  ['segment_001.ts'],
  ['c_720p_segment_.ts'],
  ['c_720p_segment_1.ts.tmp'],
  ['c_720p_segment_1.mp4'],
  ['c_720p_segment_-1.ts'],
  ['c_720p_segment_1e3.ts'],
  ['../c_720p_segment_1.ts'],
  ['c_720p_segment_99999999999999999999.ts'],
  ['720p.m3u8'],
  [''],
])('%j is no segment', (name) => {
  expect(parseSegmentFilename(name)).toBeUndefined();
});

it.each([[''], ['.'], ['..'], ['../other'], ['a/b'], ['a\\b'], ['a%d'], ['a\0'], ['.hidden'], ['-y']])(
  'a channel named %j cannot leave the tree',
  (channelId) => {
    const refusal = expect.objectContaining({ code: 'invalid_path' });
    expect(() => channelDirectory('/streams', channelId)).toThrow(refusal);
    expect(() => getOutputPath('/streams', channelId, '720p')).toThrow(refusal);
    expect(() => getSegmentPattern(channelId, '720p')).toThrow(refusal);
    expect(() => segmentFilename(channelId, '720p', 1)).toThrow(refusal);
  },
);
