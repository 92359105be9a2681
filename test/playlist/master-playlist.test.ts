import { describe, expect, it, test } from '@jest/globals';
import { Parser } from 'm3u8-parser';
import { generateMasterPlaylist } from '../../src/playlist/master-playlist.ts';
import type { PlaylistVariant } from '../../src/playlist/types.ts';
import { validateMasterPlaylist } from '../../src/playlist/validate.ts';

const VARIANTS: PlaylistVariant[] = [
  { bandwidth: 5192000, resolution: '1920x1080', path: '1080p.m3u8' },
  { bandwidth: 3192000, resolution: '1280x720', path: '720p.m3u8' },
  { bandwidth: 1692000, resolution: '854x480', path: '480p.m3u8' },
];

test('three qualities give the documented playlist, byte for byte', () => {
  expect(generateMasterPlaylist(VARIANTS)).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-STREAM-INF:BANDWIDTH=5192000,RESOLUTION=1920x1080
1080p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3192000,RESOLUTION=1280x720
720p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1692000,RESOLUTION=854x480
480p.m3u8
`);
});

test('what is known besides joins the attributes, and a parser reads it back', () => {
  const text = generateMasterPlaylist([
    {
      bandwidth: 10_701_600,
      averageBandwidth: 5_192_000,
      resolution: '1920x1080',
      frameRate: 24000 / 1001,
      codecs: 'avc1.640028,mp4a.40.2',
      path: '1080p.m3u8?viewer=a',
    },
  ]);
  expect(text).toContain(
    'BANDWIDTH=10701600,AVERAGE-BANDWIDTH=5192000,RESOLUTION=1920x1080,FRAME-RATE=23.976,CODECS="avc1.640028,mp4a.40.2"\n',
  );
  validateMasterPlaylist(text);
  const parser = new Parser();
  parser.push(text);
  parser.end();
  expect(parser.manifest).toMatchObject({
    playlists: [
      {
        uri: '1080p.m3u8?viewer=a',
        attributes: {
          BANDWIDTH: 10_701_600,
          'AVERAGE-BANDWIDTH': '5192000',
          RESOLUTION: { width: 1920, height: 1080 },
          'FRAME-RATE': 23.976,
          CODECS: 'avc1.640028,mp4a.40.2',
        },
      },
    ],
  });
});

describe('a variant that cannot be listed is refused', () => {
  const variant = { bandwidth: 1, resolution: '2x2', path: 'a.m3u8' };
  it.each<[string, PlaylistVariant[], string]>([
    ['no variant at all', [], 'empty_variants'],
    ['bandwidth 0', [{ ...variant, bandwidth: 0 }], 'invalid_bandwidth'],
    ['negative bandwidth', [{ ...variant, bandwidth: -1 }], 'invalid_bandwidth'],
    ['a fraction of a bit', [{ ...variant, bandwidth: 0.5 }], 'invalid_bandwidth'],
    ['average bandwidth 0', [{ ...variant, averageBandwidth: 0 }], 'invalid_bandwidth'],
    ['a resolution by name', [{ ...variant, resolution: '1080p' }], 'invalid_resolution'],
    ['a resolution without height', [{ ...variant, resolution: '1920x' }], 'invalid_resolution'],
    ['a resolution with a tag behind it', [{ ...variant, resolution: '2x2\n#X' }], 'invalid_resolution'],
    ['an empty path', [{ ...variant, path: '' }], 'invalid_playlist_value'],
    ['a path of two lines', [{ ...variant, path: 'a\nb' }], 'invalid_playlist_value'],
    ['codecs with a quote', [{ ...variant, codecs: 'a"b' }], 'invalid_playlist_value'],
    ['a frame rate that is no number', [{ ...variant, frameRate: Number.NaN }], 'invalid_playlist_value'],
    ['the second of two', [variant, { ...variant, bandwidth: 0 }], 'invalid_bandwidth'],
  ])('%s', (_, variants, code) => {
    expect(() => generateMasterPlaylist(variants)).toThrow(expect.objectContaining({ code }));
  });
});
