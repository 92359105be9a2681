import type { Rendition } from './rendition.ts';

/**
 * A rendition's segments one after another, from what is on air now: the continuous MPEG-TS. One buffer per segment,
 * shared by all viewers. A viewer that fell behind the tree goes on with what is on air; `onSkip` hears of it.
 */
export async function* continuousSegments(
  rendition: Rendition,
  options: { readonly onAir: () => number; readonly onSkip: () => void; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { onAir, onSkip, signal } = options;
  let next: number | undefined;
  while (!signal.aborted && !rendition.isClosed) {
    const { oldest, newest } = rendition;
    if (oldest === undefined || newest === undefined || next === newest + 1) {
      await rendition.published(signal);
      continue;
    }
    const fromNow = Math.min(Math.max(onAir(), oldest), newest);
    if (next !== undefined && next < oldest) onSkip();
    // Beyond the newest where the clock was set back and the rendition began anew.
    const segment: number = next === undefined || next < oldest || next > newest ? fromNow : next;
    const bytes = await rendition.read(segment);
    if (bytes !== undefined && !signal.aborted) yield bytes;
    next = segment + 1;
  }
}
