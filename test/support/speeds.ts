import { Speeds, type SpeedsOptions } from '../../src/reels/speeds.ts';

/** Speeds of a machine that has never developed anything, and forgets. */
export function unknownSpeeds(options: Partial<SpeedsOptions> = {}): Speeds {
  const nothing = async (): Promise<void> => {};
  return new Speeds({ processors: 4, measured: [], ratios: new Map(), keep: nothing, keepRatio: nothing, ...options });
}
