import { describe, expect, it, test } from '@jest/globals';
import { AppError } from '../../src/shared/errors.ts';
import { validateMasterPlaylist, validateMediaPlaylist } from '../../src/playlist/validate.ts';

const MASTER = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-STREAM-INF:BANDWIDTH=5192000,RESOLUTION=1920x1080
1080p.m3u8
`;
const MEDIA = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXTINF:6.0,
segment_000.ts
#EXTINF:5.5,a title
segment_001.ts
`;

function faultOf(validate: (content: string) => void, content: string): AppError {
  try {
    validate(content);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was found');
}

test('sound playlists pass, with either line ending, comments and empty lines', () => {
  validateMasterPlaylist(MASTER);
  validateMediaPlaylist(MEDIA);
  validateMasterPlaylist(MASTER.replaceAll('\n', '\r\n'));
  validateMediaPlaylist(MEDIA.replace('#EXTINF', '\n# a comment\n#EXTINF'));
  validateMediaPlaylist(MEDIA.replace('6.0,', '6.499,'));
});

describe('a master playlist', () => {
  it.each([
    ['#EXTM3U', '', 'missing_required_tag', '#EXTM3U'],
    ['#EXTM3U', '#EXTM3U8', 'missing_required_tag', '#EXTM3U'],
    ['#EXT-X-VERSION:3\n', '', 'missing_required_tag', '#EXT-X-VERSION'],
    ['VERSION:3', 'VERSION:three', 'invalid_playlist_value', 'line 2: #EXT-X-VERSION'],
    ['VERSION:3', 'VERSION:3\n#EXT-X-VERSION:3', 'invalid_playlist_value', 'line 3: #EXT-X-VERSION'],
    [/#EXT-X-STREAM-INF[^]*/, '', 'missing_required_tag', '#EXT-X-STREAM-INF'],
    ['BANDWIDTH=5192000,', '', 'missing_required_tag', 'line 3: #EXT-X-STREAM-INF has no BANDWIDTH'],
    ['BANDWIDTH', 'AVERAGE-BANDWIDTH', 'missing_required_tag', 'line 3: #EXT-X-STREAM-INF has no BANDWIDTH'],
    [',RESOLUTION=1920x1080', '', 'missing_required_tag', 'line 3: #EXT-X-STREAM-INF has no RESOLUTION'],
    [',RES', ',NAME="RESOLUTION=1x1",X', 'missing_required_tag', 'line 3: #EXT-X-STREAM-INF has no RESOLUTION'],
    ['5192000', '0', 'invalid_bandwidth', 'line 3'],
    ['1920x1080', '1080p', 'invalid_resolution', 'line 3'],
    ['1080p.m3u8', '', 'invalid_playlist_value', 'line 3: #EXT-X-STREAM-INF has no URI'],
    ['1080p.m3u8', '1080p.m3u8\nother.m3u8', 'missing_required_tag', 'line 5: #EXT-X-STREAM-INF must stand before'],
    ['1080p.m3u8', '1080p.m3u8\n#EXT-X-ENDLIST', 'invalid_playlist_value', 'line 5: #EXT-X-ENDLIST'],
  ])('with %s turned into %j is refused', (from, to, code, words) => {
    const fault = faultOf(validateMasterPlaylist, MASTER.replace(from, to));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(words);
  });
});

describe('a media playlist', () => {
  it.each([
    ['#EXTM3U\n', '', 'missing_required_tag', '#EXTM3U'],
    ['#EXTM3U', '\uFEFF#EXTM3U', 'missing_required_tag', '#EXTM3U'],
    ['#EXT-X-VERSION:3\n', '', 'missing_required_tag', '#EXT-X-VERSION'],
    ['#EXT-X-TARGETDURATION:6\n', '', 'missing_required_tag', '#EXT-X-TARGETDURATION'],
    ['#EXT-X-MEDIA-SEQUENCE:0\n', '', 'missing_required_tag', '#EXT-X-MEDIA-SEQUENCE'],
    ['DURATION:6', 'DURATION:6.0', 'invalid_playlist_value', 'line 3: #EXT-X-TARGETDURATION'],
    ['SEQUENCE:0', 'SEQUENCE:-1', 'invalid_playlist_value', 'line 4: #EXT-X-MEDIA-SEQUENCE'],
    ['TYPE:EVENT', 'TYPE:LIVE', 'invalid_playlist_type', 'line 5: #EXT-X-PLAYLIST-TYPE'],
    ['6.0,', '6.5,', 'invalid_segment_duration', 'line 6: #EXTINF lasts 6.5 s'],
    ['6.0,', ',', 'invalid_segment_duration', 'line 6: #EXTINF'],
    ['6.0,', '-6,', 'invalid_segment_duration', 'line 6: #EXTINF'],
    ['VERSION:3', 'VERSION:2', 'invalid_segment_duration', 'line 6: #EXTINF has a fraction'],
    ['#EXTINF:6.0,\n', '', 'missing_required_tag', 'line 6: #EXTINF must stand before "segment_000.ts"'],
    ['segment_000.ts\n', '', 'invalid_playlist_value', 'line 6: #EXTINF has no URI'],
    ['segment_001.ts\n', '', 'invalid_playlist_value', 'line 8: #EXTINF has no URI'],
    ['#EXTINF', '#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXTINF', 'invalid_playlist_value', 'line 6: #EXT-X-STREAM-INF'],
    [/(#EXT-X-MEDIA-SEQUENCE:0\n)([^]*)/, '$2$1', 'invalid_playlist_value', 'line 9: #EXT-X-MEDIA-SEQUENCE'],
  ])('with %s turned into %j is refused', (from, to, code, words) => {
    const fault = faultOf(validateMediaPlaylist, MEDIA.replace(from, to));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(words);
  });
});
