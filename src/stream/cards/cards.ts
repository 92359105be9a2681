import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CardText } from '../../drawing/card.ts';
import { type Developer, TUNE_IN_PRESET, type Urgency } from '../../reels/developer.ts';
import { type ReelFormat, type ReelJob, stillJob } from '../../reels/reel-job.ts';
import type { ReelStore } from '../../reels/reel-store.ts';
import { writeFileAtomic } from '../../shared/atomic-file.ts';
import { readReelSegment } from '../../splice/reel-segment.ts';

/** A card that nobody has asked for this long is forgotten. */
const KEEP_MS = 3_600_000;
/** One that cannot be drawn is asked for again and again, by a process that is started for it each time. */
const DRAW_AGAIN_MS = 5_000;

export interface CardsOptions {
  /** Of its own. */
  readonly directory: string;
  /** A card's picture, as PNG. */
  readonly draw: (text: CardText) => Promise<Buffer>;
  readonly developer: Developer;
  readonly store: ReelStore;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

interface Known {
  readonly job: ReelJob;
  usedAt: number;
}

interface Picture {
  readonly drawn: Promise<void>;
  /** When it is drawn again, where that failed. */
  againAt: number;
}

/** Makes cards: still pictures that are developed once and aired for as long as there is nothing better. */
export class Cards {
  readonly #options: CardsOptions;
  readonly #known = new Map<string, Known>();
  /** The picture of each card that is known, whatever its format. */
  readonly #pictures = new Map<string, Picture>();

  private constructor(options: CardsOptions) {
    this.#options = options;
  }

  /** Removes the pictures of earlier processes: their reels are still there. */
  static async open(options: CardsOptions): Promise<Cards> {
    await rm(options.directory, { recursive: true, force: true });
    return new Cards(options);
  }

  /**
   * Sees to it that a card is there when it is needed; true when it is. One that was given up is tried again in another
   * `attempt`.
   */
  async prepare(text: CardText, format: ReelFormat, attempt: string, urgency: Urgency = 'ahead'): Promise<boolean> {
    const job = await this.#job(text, format);
    if (this.#options.store.has(job.key, 0)) return true;
    await this.#draw(text, job.inputFile);
    const preset = TUNE_IN_PRESET;
    this.#options.developer.develop(job, { from: 0, until: 1, urgency, airing: attempt, preset });
    return false;
  }

  /** The bytes of the card's one reel segment; undefined while it is being developed. */
  async bytes(text: CardText, format: ReelFormat, attempt: string): Promise<Buffer | undefined> {
    const { store } = this.#options;
    const { key } = await this.#job(text, format);
    const bytes = await store.read(key, 0);
    if (bytes !== undefined && isWhole(bytes, format)) return bytes;
    // The disk lost a part of it.
    if (bytes !== undefined) await store.discard(key, 0);
    await this.prepare(text, format, attempt, 'tune-in');
    return undefined;
  }

  /** Why a card cannot be developed, in words; undefined while there is hope. */
  async problem(text: CardText, format: ReelFormat, attempt: string): Promise<string | undefined> {
    const { developer } = this.#options;
    const { key, inputFile } = await this.#job(text, format);
    const prospect = developer.prospect(key, 0, attempt);
    if (prospect !== 'waiting to retry' && prospect !== 'given up') return undefined;
    // Perhaps its picture is what is missing.
    this.#pictures.delete(inputFile);
    return developer.reasonOf(key);
  }

  /** The reels of all cards that were asked for of late. */
  keys(): ReadonlySet<string> {
    return new Set([...this.#known.values()].map(({ job }) => job.key));
  }

  async #job(text: CardText, format: ReelFormat): Promise<ReelJob> {
    const words = wordsOf(text);
    const id = JSON.stringify([words, format]);
    const picture = `${createHash('sha256').update(words).digest('hex').slice(0, 32)}.png`;
    const usedAt = this.#options.now();
    const job = this.#known.get(id)?.job ?? stillJob(path.join(this.#options.directory, picture), words, format);
    this.#known.set(id, { job, usedAt });
    await this.#forgetOld(usedAt);
    return job;
  }

  /** Draws a picture once; it is made smaller where it is developed. */
  async #draw(text: CardText, file: string): Promise<void> {
    const { draw, now } = this.#options;
    const known = this.#pictures.get(file);
    if (known !== undefined && now() < known.againAt) return known.drawn;
    const picture = { drawn: draw(text).then((png) => writeFileAtomic(file, png)), againAt: Infinity };
    this.#pictures.set(file, picture);
    try {
      await picture.drawn;
    } catch (error) {
      picture.againAt = now() + DRAW_AGAIN_MS;
      throw error;
    }
  }

  async #forgetOld(now: number): Promise<void> {
    for (const [id, { usedAt }] of this.#known) if (now - usedAt > KEEP_MS) this.#known.delete(id);
    const wanted = new Set([...this.#known.values()].map(({ job }) => job.inputFile));
    for (const file of this.#pictures.keys()) {
      if (wanted.has(file)) continue;
      this.#pictures.delete(file);
      await rm(file, { force: true });
    }
  }
}

function wordsOf({ heading, label, title }: CardText): string {
  return `${heading}\n${label}\n${title}`;
}

function isWhole(bytes: Buffer, { grid }: ReelFormat): boolean {
  try {
    return readReelSegment(grid, 0, bytes).pictures.length > 0;
  } catch {
    return false;
  }
}
