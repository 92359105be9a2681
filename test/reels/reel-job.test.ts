import { describe, expect, it, test } from '@jest/globals';
import type { MediaFacts, SoundTrack } from '../../src/ffmpeg/media-facts.ts';
import {
  type DevelopableItem,
  itemJob,
  preferredTrack,
  type ReelFormat,
  stillJob,
  testJob,
} from '../../src/reels/reel-job.ts';
import { runCommand } from '../../src/reels/run-command.ts';
import { createGrid } from '../../src/schedule/grid.ts';

const FORMAT: ReelFormat = { grid: createGrid({ num: 25, den: 1 }, 2), quality: '480p', encoder: 'none' };
const TRACK: SoundTrack = { index: 0, language: null, isDefault: false, channels: 2, endMs: 60_000 };
const FACTS: MediaFacts = {
  durationMs: 60_000,
  frameRate: { num: 25, den: 1 },
  variableFrameRate: false,
  width: 640,
  height: 480,
  sampleAspect: { num: 1, den: 1 },
  displayAspect: { num: 4, den: 3 },
  videoCodec: 'h264',
  fieldOrder: 'progressive',
  colourMatrix: 'bt601',
  hdr: false,
  seekable: true,
  soundTracks: [TRACK],
};
const ITEM: DevelopableItem = {
  id: 'a',
  path: '/films/a.mkv',
  title: 'A',
  sizeBytes: 1000,
  modifiedMs: 5,
  facts: FACTS,
};
const OPTIONS = { audioLanguages: [], canToneMap: true };

const job = (
  item: Partial<DevelopableItem> = {},
  format: Partial<ReelFormat> = {},
  options: Partial<typeof OPTIONS> = {},
) => itemJob({ ...ITEM, ...item }, { ...FORMAT, ...format }, { ...OPTIONS, ...options });
const withFacts = (facts: Partial<MediaFacts>) => ({ facts: { ...FACTS, ...facts } });

describe('the key of a reel', () => {
  const twoTracks = withFacts({ soundTracks: [TRACK, { ...TRACK, index: 1, language: 'fr' }] });

  it.each([
    ['another path', job({ path: '/films/b.mkv' })],
    ['another size of the file', job({ sizeBytes: 1001 })],
    ['another time of its last change', job({ modifiedMs: 6 })],
    ['another frame rate', job({}, { grid: createGrid({ num: 30, den: 1 }, 2) })],
    ['another segment length', job({}, { grid: createGrid({ num: 25, den: 1 }, 1) })],
    ['another quality', job({}, { quality: '720p' })],
    ['another family of encoders', job({}, { encoder: 'nvenc' })],
    ['another sound track', itemJob({ ...ITEM, ...twoTracks }, FORMAT, { ...OPTIONS, audioLanguages: ['fr'] })],
    ['no sound', job(withFacts({ soundTracks: [] }))],
    ['tone mapping', job(withFacts({ hdr: true }))],
    ['a card', stillJob('/films/a.mkv', 'A', FORMAT)],
    ['a test picture', testJob(FORMAT, 30)],
  ])('is another one for %s', (_, { key }) => {
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(key).not.toBe(job().key);
  });

  it.each([
    ['another title', job({ title: 'B' })],
    ['facts that do not change the pictures', job(withFacts({ videoCodec: 'hevc' }))],
    ['languages that the file does not have', itemJob(ITEM, FORMAT, { ...OPTIONS, audioLanguages: ['fr'] })],
  ])('is the same for %s', (_, { key }) => {
    expect(key).toBe(job().key);
  });

  test('tells cards apart by their words', () => {
    expect(stillJob('a.png', 'next', FORMAT).key).not.toBe(stillJob('a.png', 'starting', FORMAT).key);
  });
});

test('a reel has as many segments as its pictures fill, the last one in part', () => {
  expect(job(withFacts({ durationMs: 60_000 })).segments).toBe(30);
  expect(job(withFacts({ durationMs: 60_040 })).segments).toBe(31);
});

describe('the sound of a film', () => {
  const spoken = (language: string | null, index: number, isDefault = false): SoundTrack => ({
    ...TRACK,
    language,
    index,
    isDefault,
  });

  it.each<[string, SoundTrack[], string[], number | undefined]>([
    ['is the preferred language', [spoken('en', 0), spoken('fr', 1, true)], ['en'], 0],
    ['is the next preferred language', [spoken('en', 0), spoken('fr', 1)], ['de', 'fr'], 1],
    ['is found whatever the case', [spoken('en', 0), spoken('FRE', 1)], ['fre'], 1],
    ['is else the default track', [spoken('en', 0), spoken('fr', 1, true)], ['de'], 1],
    ['is else the first one', [spoken('en', 0), spoken('fr', 1)], [], 0],
    ['is none where there is none', [], ['en'], undefined],
  ])('%s', (_, tracks, languages, index) => {
    expect(preferredTrack(tracks, languages)?.index).toBe(index);
  });

  it.each<[string, number | null, number | null]>([
    ['that lasts as long as the pictures is not cut', 60_000, null],
    ['that lasts longer is not cut', 61_000, null],
    ['that ends a little earlier is not cut', 51_000, null],
    ['that ends much earlier is cut just before its end', 40_000, 39_850],
    ['that is hardly there is cut at once', 100, 0],
    ['of which nobody knows where it ends is not cut', null, null],
  ])('%s', (_, endMs, cutAt) => {
    const { source } = job(withFacts({ soundTracks: [{ ...TRACK, endMs }] }));
    expect(source).toMatchObject({ sound: { track: 0, endMs: cutAt } });
  });
});

test('HDR is tone-mapped where ffmpeg can', () => {
  const hdr = { ...ITEM, ...withFacts({ hdr: true }) };
  expect(itemJob(hdr, FORMAT, { ...OPTIONS, canToneMap: true }).source).toMatchObject({ toneMap: true });
  expect(itemJob(hdr, FORMAT, { ...OPTIONS, canToneMap: false }).source).toMatchObject({ toneMap: false });
});

describe('a run opens its input', () => {
  const seekOf = (from: number, { seekable = true, fromStart = false } = {}) => {
    const { args } = runCommand(
      job(withFacts({ seekable })),
      { from, until: from + 2, fromStart },
      '/runs/1',
      'veryfast',
    );
    return args.includes('-ss') ? Number(args[args.indexOf('-ss') + 1]) : 0;
  };

  it.each([
    ['at its start for the first segment', seekOf(0), 0],
    ['half a second before the picture that it wants', seekOf(10), 19.5],
    ['well before it where a seek may land late', seekOf(10, { seekable: false }), 8],
    ['not before its start', seekOf(3, { seekable: false }), 0],
    ['at its start where that has failed', seekOf(10, { fromStart: true }), 0],
  ])('%s', (_, seconds, expected) => {
    expect(seconds).toBe(expected);
  });
});
