import type { Rational } from '../shared/rational.ts';

interface Stream {
  /** As ffmpeg counts the streams inside the file. */
  readonly index: number;
  readonly codec: string | null;
  /** ISO 639 code as the host has it. */
  readonly language: string | null;
  readonly title: string | null;
  readonly isDefault: boolean;
}

/** How bright and how colourful a picture may be: `sdr`, or the kind of HDR that it is mastered in. */
export type DynamicRange = 'sdr' | 'hdr10' | 'hlg' | 'dolby-vision';

export interface VideoStream extends Stream {
  readonly profile: string | null;
  /** Size as it is stored: not yet stretched by the sample aspect. */
  readonly width: number | null;
  readonly height: number | null;
  /** As the host measured it; exact fractions are known to a probe only. */
  readonly framesPerSecond: number | null;
  readonly bitDepth: number | null;
  readonly isInterlaced: boolean;
  readonly dynamicRange: DynamicRange;
  /** Width to height of a stored sample, 1:1 for most. */
  readonly sampleAspect: Rational | null;
}

export interface AudioStream extends Stream {
  readonly channels: number | null;
}

/** A subtitle; one in a file of its own has that file's path instead of an index. */
export interface SubtitleStream extends Omit<Stream, 'index'> {
  readonly index: number | null;
  readonly path: string | null;
  readonly isForced: boolean;
}

/** What a host knows of the streams in a film's file. */
export interface Streams {
  readonly video: VideoStream | null;
  readonly audio: readonly AudioStream[];
  readonly subtitles: readonly SubtitleStream[];
}
