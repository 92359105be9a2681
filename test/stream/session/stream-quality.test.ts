import { expect, test } from '@jest/globals';
import { streamQuality, streamQualityJson } from '../../../src/stream/session/stream-quality.ts';

test('the qualities of a channel are the documented ones', () => {
  expect(streamQuality('/streams', 'channel1', '1080p')).toEqual({
    level: '1080p',
    bitrate: 5000,
    resolution: '1920x1080',
    segmentPath: '/streams/channel1/1080p',
    playlistPath: '/streams/channel1/1080p.m3u8',
  });
  expect(streamQuality('/streams', 'channel1', '720p')).toMatchObject({ bitrate: 3000, resolution: '1280x720' });
});

test('the API says them in snake_case', () => {
  expect(streamQualityJson(streamQuality('/streams', 'channel1', '480p'))).toEqual({
    level: '480p',
    bitrate: 1500,
    resolution: '854x480',
    segment_path: '/streams/channel1/480p',
    playlist_path: '/streams/channel1/480p.m3u8',
  });
});
