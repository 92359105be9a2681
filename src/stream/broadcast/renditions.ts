import { QUALITY_LEVELS, type Quality } from '../../ffmpeg/quality.ts';
import type { OnAir } from './on-air.ts';

export interface RenditionsOptions {
  /** Takes over what is in the tree; nothing is published yet. */
  readonly begin: (quality: Quality) => Promise<OnAir>;
  /** One that ended, or could not begin, may have left files. */
  readonly onKept: (error: unknown) => void;
}

/** The qualities of a channel on air: each is begun once for all who tune in at the same time, and ended once. */
export class Renditions implements Iterable<OnAir> {
  readonly #options: RenditionsOptions;
  /** Those that are just beginning, too. */
  readonly #known = new Map<Quality, Promise<OnAir>>();
  readonly #onAir = new Map<Quality, OnAir>();
  /** The last ending of each, also when it is over. */
  readonly #endings = new Map<Quality, Promise<void>>();

  constructor(options: RenditionsOptions) {
    this.#options = options;
  }

  /** Those that are on air. */
  [Symbol.iterator](): Iterator<OnAir> {
    return this.#onAir.values();
  }

  get(quality: Quality): OnAir | undefined {
    return this.#onAir.get(quality);
  }

  /** On air, highest first. */
  get qualities(): Quality[] {
    return QUALITY_LEVELS.filter((quality) => this.#onAir.has(quality));
  }

  /** On air, or just beginning. */
  get known(): readonly Quality[] {
    return [...this.#known.keys()];
  }

  /** Begins a quality that is not known; one that is back goes on with what is on air now. */
  async open(quality: Quality, { isBack }: { readonly isBack: boolean }): Promise<void> {
    const known = this.#known.get(quality);
    const onAir = known === undefined ? this.#begin(quality) : isBack ? caughtUp(known) : known;
    this.#known.set(quality, onAir);
    try {
      await onAir;
    } catch (error) {
      if (this.#known.get(quality) === onAir) this.#known.delete(quality);
      throw error;
    }
  }

  /** Takes a quality that is known off the air, and its part of the tree away. */
  async end(quality: Quality): Promise<void> {
    const known = this.#known.get(quality);
    if (known === undefined) return;
    this.#known.delete(quality);
    const ended = known
      .then(async (onAir) => {
        this.#onAir.delete(quality);
        await onAir.remove();
      })
      .catch(this.#options.onKept);
    this.#endings.set(quality, ended);
    await ended;
  }

  /** Ends all playout, then does what comes `between`, and then ends the writing of playlists. The tree stays as it is. */
  async close(between: () => Promise<void>): Promise<void> {
    await Promise.all(this.#endings.values());
    const all = await Promise.allSettled(this.#known.values());
    const onAir = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all(onAir.map(({ playout }) => playout.close()));
    await between();
    await Promise.all(onAir.map(({ rendition }) => rendition.close()));
  }

  async #begin(quality: Quality): Promise<OnAir> {
    await this.#endings.get(quality);
    const onAir = await this.#options.begin(quality);
    this.#onAir.set(quality, onAir);
    onAir.rendition.segmentSeen();
    await onAir.playout.catchUp();
    return onAir;
  }
}

async function caughtUp(known: Promise<OnAir>): Promise<OnAir> {
  const onAir = await known;
  await onAir.playout.catchUp();
  return onAir;
}
