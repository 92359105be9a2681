import { describe, expect, it, test } from '@jest/globals';
import { Parser } from 'm3u8-parser';
import { generateMediaPlaylist } from '../../src/playlist/media-playlist.ts';
import type { MediaPlaylistConfig, PlaylistType, Segment } from '../../src/playlist/types.ts';
import { PLAYLIST_TYPE_EVENT, PLAYLIST_TYPE_VOD } from '../../src/playlist/types.ts';
import { validateMediaPlaylist } from '../../src/playlist/validate.ts';

const SEGMENTS: Segment[] = [
  { duration: 6.0, path: 'segment_000.ts' },
  { duration: 6.0, path: 'segment_001.ts' },
  { duration: 6.0, path: 'segment_002.ts' },
];

test('an event gives the documented playlist, byte for byte', () => {
  const config = { targetDuration: 6, mediaSequence: 0, playlistType: PLAYLIST_TYPE_EVENT, maxSegments: 10 } as const;
  expect(generateMediaPlaylist(SEGMENTS, config)).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXTINF:6.0,
segment_000.ts
#EXTINF:6.0,
segment_001.ts
#EXTINF:6.0,
segment_002.ts
`);
});

test('video on demand gives the documented playlist, byte for byte', () => {
  const config = { targetDuration: 6, mediaSequence: 0, playlistType: PLAYLIST_TYPE_VOD } as const;
  expect(generateMediaPlaylist(SEGMENTS.slice(0, 2), config)).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6.0,
segment_000.ts
#EXTINF:6.0,
segment_001.ts
#EXT-X-ENDLIST
`);
});

test('a live playlist has dates, no type and no end, and a parser reads it back', () => {
  const n = 881_900_123;
  const startMs = 1_763_900_000_020.4;
  const segments = [0, 1, 2].map((i) => ({
    duration: (48 * 1001) / 24000,
    path: `1080p/c_1080p_segment_${n + i}.ts`,
    programDateTime: startMs + i * 2002,
    discontinuity: i === 2,
  }));
  const text = generateMediaPlaylist(segments, { targetDuration: 2, mediaSequence: n });
  expect(text).not.toMatch(/PLAYLIST-TYPE|ENDLIST|DISCONTINUITY-SEQUENCE|EXT-X-START/);
  expect(text).toContain('#EXT-X-PROGRAM-DATE-TIME:2025-11-23T12:13:20.020Z\n#EXTINF:2.002,\n');
  validateMediaPlaylist(text);

  const parser = new Parser();
  parser.push(text);
  parser.end();
  expect(parser.manifest).toMatchObject({
    mediaSequence: n,
    targetDuration: 2,
    discontinuityStarts: [2],
    segments: segments.map(({ path }) => ({ uri: path, duration: 2.002 })),
  });
});

test('the window keeps the last segments, and the media sequence counts what it dropped', () => {
  const text = generateMediaPlaylist(SEGMENTS, { mediaSequence: 40, maxSegments: 2 });
  expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:41\n');
  expect(text.match(/segment_\d+\.ts/g)).toEqual(['segment_001.ts', 'segment_002.ts']);
});

test('a discontinuity that left the window is counted', () => {
  const segments = SEGMENTS.map((segment, i) => ({ ...segment, discontinuity: i < 2 }));
  const text = generateMediaPlaylist(segments, { mediaSequence: 0, maxSegments: 2, discontinuitySequence: 4 });
  expect(text).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:5\n');
  expect(text).toContain('#EXT-X-DISCONTINUITY\n#EXTINF:6.0,\nsegment_001.ts\n');
});

it.each([
  [[6, 6], undefined, 6],
  [[2.002, 5.5], undefined, 6],
  [[2.002], 0, 3],
  [[2.002], 2, 2],
  [[], undefined, 1],
])('segments of %j seconds and a target duration of %j give %d', (durations, targetDuration, expected) => {
  const segments = durations.map((duration) => ({ duration, path: 'a.ts' }));
  const text = generateMediaPlaylist(segments, { mediaSequence: 0, targetDuration });
  expect(text).toContain(`#EXT-X-TARGETDURATION:${expected}\n`);
});

it.each([
  [6, '6.0'],
  [2.002, '2.002'],
  [(60 * 1001) / 60000, '1.001'],
  [1 / 3, '0.333333'],
  [5.9999999, '6.0'],
  [10, '10.0'],
])('a duration of %d s is written %s', (duration, expected) => {
  expect(generateMediaPlaylist([{ duration, path: 'a.ts' }], { mediaSequence: 0 })).toContain(`#EXTINF:${expected},\n`);
});

it.each([
  [0, '0'],
  [-6, '-6'],
  [2.002, '2.002'],
  [30, '30'],
])('a player can be told to begin at %d s', (startOffset, expected) => {
  const text = generateMediaPlaylist(SEGMENTS, { mediaSequence: 0, playlistType: 'EVENT', startOffset });
  expect(text).toContain(`#EXT-X-START:TIME-OFFSET=${expected}\n`);
});

describe('what cannot be written is refused', () => {
  const live: MediaPlaylistConfig = { mediaSequence: 0 };
  it.each<[string, Partial<Segment>, MediaPlaylistConfig, string]>([
    ['another type', {}, { ...live, playlistType: 'LIVE' as PlaylistType }, 'invalid_playlist_type'],
    ['an empty type', {}, { ...live, playlistType: '' as PlaylistType }, 'invalid_playlist_type'],
    ['a path with a line break', { path: 'a.ts\n#EXT-X-ENDLIST' }, live, 'invalid_playlist_value'],
    ['a path with a carriage return', { path: 'a\r.ts' }, live, 'invalid_playlist_value'],
    ['a path with a NUL', { path: 'a\0.ts' }, live, 'invalid_playlist_value'],
    ['a path with a line separator', { path: 'a\u2028.ts' }, live, 'invalid_playlist_value'],
    ['a path that is a comment', { path: '#a.ts' }, live, 'invalid_playlist_value'],
    ['an empty path', { path: '' }, live, 'invalid_playlist_value'],
    ['duration 0', { duration: 0 }, live, 'invalid_segment_duration'],
    ['a negative duration', { duration: -6 }, live, 'invalid_segment_duration'],
    ['a duration that is no number', { duration: Number.NaN }, live, 'invalid_segment_duration'],
    ['a date that is none', { programDateTime: Number.NaN }, live, 'invalid_playlist_value'],
    ['a negative media sequence', {}, { mediaSequence: -1 }, 'invalid_playlist_value'],
    ['a fraction as target duration', {}, { ...live, targetDuration: 2.002 }, 'invalid_playlist_value'],
    ['a start that is no number', {}, { ...live, startOffset: Number.NaN }, 'invalid_playlist_value'],
  ])('%s', (_, segment, config, code) => {
    expect(() => generateMediaPlaylist([{ duration: 6, path: 'a.ts', ...segment }], config)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
