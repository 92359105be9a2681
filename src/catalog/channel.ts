import type { Quality } from '../ffmpeg/quality.ts';
import type { FrameRate } from '../schedule/frame-rate.ts';
import type { Grid } from '../schedule/grid.ts';
import { createGrid } from '../schedule/grid.ts';
import type { Programming } from '../schedule/programming/programming.ts';

/** What fills a channel: the episodes of a show, or all films of a source, in order and over again. */
export type Content = { readonly kind: 'show'; readonly show: string } | { readonly kind: 'films' };

/** A channel. Its rate, segment length and qualities are fixed when it is made: hosts remember what they probed. */
export interface Channel {
  /** UUID v5 of source and content, so that a lost database gives the same channels again. */
  readonly id: string;
  /** Given at first sight, never reused. */
  readonly number: number;
  readonly name: string;
  readonly source: string;
  readonly content: Content;
  readonly frameRate: FrameRate;
  readonly segmentSeconds: number;
  /** Highest first. */
  readonly qualities: readonly Quality[];
  /** What tuners get when they ask for no quality. */
  readonly tunerQuality: Quality;
  /** The moment at which the loop began, milliseconds since the epoch. */
  readonly loopStartedMs: number;
  /** The rule that fills it. */
  readonly programming: Programming;
  /** IANA name; null for the one of the settings. */
  readonly timeZone: string | null;
}

export function gridOf(channel: Channel): Grid {
  return createGrid(channel.frameRate, channel.segmentSeconds);
}
