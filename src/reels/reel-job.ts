import { createHash } from 'node:crypto';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { isInterlaced, type MediaFacts, type SoundTrack } from '../ffmpeg/media-facts.ts';
import { AUDIO_KBPS, QUALITIES, type Quality } from '../ffmpeg/quality.ts';
import type { ReelSource } from '../ffmpeg/reel-args.ts';
import { type Grid, segmentsIn } from '../schedule/grid.ts';

/** Sound that ends this much before the pictures is cut there: ffmpeg would read on to the file's end for more. */
const EARLY_END_MS = 10_000;
/** So much before its end that what follows the cut is seen, whatever the length of the codec's frames. */
const CUT_BEFORE_END_MS = 150;

/** How a reel is developed: what must be equal for its segments to be aired side by side. */
export interface ReelFormat {
  readonly grid: Grid;
  readonly quality: Quality;
  readonly encoder: EncoderFamily;
}

/** An item to develop in a format. `key` names its reel in the store. */
export interface ReelJob {
  readonly key: string;
  /** Null for what is no item: a card, a test. */
  readonly itemId: string | null;
  /** The item, or the words on a card: for the log. */
  readonly name: string;
  readonly inputFile: string;
  readonly format: ReelFormat;
  readonly source: ReelSource;
  /** False for containers without an index, where a seek lands late. */
  readonly seekable: boolean;
  /** How many segments the reel has in all. */
  readonly segments: number;
}

/** What a job needs to know of an item. */
export interface DevelopableItem {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly facts: MediaFacts;
}

/** The job that develops a film or an episode. `canToneMap`: this ffmpeg has the filters for it. */
export function itemJob(
  item: DevelopableItem,
  format: ReelFormat,
  options: { readonly audioLanguages: readonly string[]; readonly canToneMap: boolean },
): ReelJob {
  const { facts } = item;
  const track = preferredTrack(facts.soundTracks, options.audioLanguages);
  const toneMap = facts.hdr && options.canToneMap;
  return {
    key: reelKey([item.path, item.sizeBytes, item.modifiedMs, track?.index ?? null, toneMap], format),
    itemId: item.id,
    name: item.title,
    inputFile: item.path,
    format,
    source: {
      kind: 'film',
      interlaced: isInterlaced(facts),
      toneMap,
      colourMatrix: facts.colourMatrix,
      sound: track === undefined ? null : { track: track.index, endMs: soundCutMs(track, facts) },
    },
    seekable: facts.seekable,
    segments: segmentsIn(format.grid, facts.durationMs),
  };
}

/** A still picture of one segment, spliced wherever it is needed. `words` are what is written on it. */
export function stillJob(inputFile: string, words: string, format: ReelFormat): ReelJob {
  const key = reelKey(['still', words], format);
  return { key, itemId: null, name: words, inputFile, format, source: { kind: 'still' }, seekable: true, segments: 1 };
}

/** Pictures made by ffmpeg itself, to prove an encoder and to measure the machine; never kept. */
export function testJob(format: ReelFormat, segments: number): ReelJob {
  const { width, height } = QUALITIES[format.quality];
  const { num, den } = format.grid.rate;
  const inputFile = `testsrc2=s=${width}x${height}:r=${num}/${den}`;
  const key = reelKey(['test', segments], format);
  return {
    key,
    itemId: null,
    name: 'test',
    inputFile,
    format,
    source: { kind: 'generated' },
    seekable: true,
    segments,
  };
}

function soundCutMs({ endMs }: SoundTrack, { durationMs }: MediaFacts): number | null {
  return endMs !== null && durationMs - endMs > EARLY_END_MS ? Math.max(0, endMs - CUT_BEFORE_END_MS) : null;
}

/** The first track in a preferred language, else the default one, else the first. */
export function preferredTrack(tracks: readonly SoundTrack[], languages: readonly string[]): SoundTrack | undefined {
  for (const language of languages) {
    const found = tracks.find((track) => track.language?.toLowerCase() === language.toLowerCase());
    if (found !== undefined) return found;
  }
  return tracks.find((track) => track.isDefault) ?? tracks[0];
}

function reelKey(
  identity: readonly (string | number | boolean | null)[],
  { grid, quality, encoder }: ReelFormat,
): string {
  const { videoKbps, bufferKbits, width, height } = QUALITIES[quality];
  const format = [grid.rate.num, grid.rate.den, grid.framesPerSegment, width, height, videoKbps, bufferKbits];
  const text = JSON.stringify([identity, format, AUDIO_KBPS, encoder]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
