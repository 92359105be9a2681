import type { Quality } from '../../ffmpeg/quality.ts';
import type { FrameRate } from '../../schedule/frame-rate.ts';
import type { Grid } from '../../schedule/grid.ts';
import { createGrid } from '../../schedule/grid.ts';
import type { Programming } from '../../schedule/programming/programming.ts';

/** What a channel was found for: the episodes of a show, or all films of a source. */
export type Content = { readonly kind: 'show'; readonly show: string } | { readonly kind: 'films' };

/**
 * Who made a channel. What was found is listed as long as its library has something of it, or shows what was planned of it;
 * a person's stays.
 */
export type Origin =
  { readonly kind: 'found'; readonly source: string; readonly content: Content } | { readonly kind: 'made' };

/** Where the picture of a channel is from; a URL was read when it was given. */
export type Logo =
  { readonly kind: 'generated' } | { readonly kind: 'upload' } | { readonly kind: 'url'; readonly url: string };

/** A channel. Its rate and segment length are fixed when it is made: hosts remember what they probed. */
export interface Channel {
  /** For one that was found a UUID v5 of source and content, so that a lost database gives the same channels again. */
  readonly id: string;
  /** "5" or "5.1"; no other channel has it. */
  readonly number: string;
  /** No other channel has it, however it is written. */
  readonly name: string;
  /** Under which players list it; empty for none. */
  readonly group: string;
  readonly description: string;
  readonly logo: Logo;
  readonly origin: Origin;
  /** A disabled channel is planned, but neither listed nor tunable. */
  readonly enabled: boolean;
  /** Something of it is in the library. */
  readonly listed: boolean;
  readonly frameRate: FrameRate;
  readonly segmentSeconds: number;
  /** Highest first. */
  readonly qualities: readonly Quality[];
  /** What tuners get when they ask for no quality. */
  readonly tunerQuality: Quality;
  /** The rule that fills it. */
  readonly programming: Programming;
  /** IANA name; null for the one of the settings. */
  readonly timeZone: string | null;
  /** Grows with every change that a person makes. */
  readonly version: number;
}

export function gridOf(channel: Pick<Channel, 'frameRate' | 'segmentSeconds'>): Grid {
  return createGrid(channel.frameRate, channel.segmentSeconds);
}
