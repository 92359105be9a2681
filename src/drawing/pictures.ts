import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Clock, systemClock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { HelperProcess, type Silence } from '../shared/helper-process.ts';
import { OnCall } from '../shared/on-call.ts';
import type { CardText } from './card.ts';
import type { PictureTasks } from './picture-child.ts';
import type { Resized } from './resize.ts';

/** Beside this file, and like it: compiled, or as it was written. */
const PROGRAM = fileURLToPath(new URL(`picture-child${path.extname(import.meta.url)}`, import.meta.url));
/** A picture takes a tenth of a second. */
const LIMIT_MS = 20_000;
/** Pictures often come one after another; what they need is loaded once for all of them. */
const LINGER_MS = 3000;
/** Further ones wait, so that each has the machine for itself, and its time limit. */
const AT_ONCE = 2;

const WHY: Readonly<Record<Silence, string>> = {
  silent: `it takes more than ${LIMIT_MS / 1000} seconds`,
  'silent beside': 'another one beside it took too long',
  ended: 'what makes it has ended; the machine may be out of memory',
  disposed: 'the sidecar stops',
};

/**
 * Makes pictures, by a process that ends a moment after the last one: what they take of memory is given back. Those that
 * cannot be made reject, with `timeout` where the process hangs or ends.
 */
export class Pictures implements Disposable {
  readonly #process: OnCall<HelperProcess>;
  readonly #waiting: (() => void)[] = [];
  #inWork = 0;
  #isClosed = false;

  constructor({ clock = systemClock() }: { readonly clock?: Clock } = {}) {
    const open = () => new HelperProcess({ program: PROGRAM, clock, failure });
    this.#process = new OnCall({ open, idleMs: LINGER_MS, clock });
  }

  /** A card in 1920 × 1080, as PNG. */
  card(text: CardText): Promise<Buffer> {
    return this.#make('card', text, `the card "${text.heading}"`);
  }

  /** A channel's name as its logo, as PNG. */
  logo(name: string, shade: number): Promise<Buffer> {
    return this.#make('logo', { name, shade }, `the logo "${name}"`);
  }

  /** A picture made smaller. Rejects for what is none, is damaged or has too many pixels. */
  resized(bytes: Uint8Array, to: Resized): Promise<Buffer> {
    return this.#make('resized', { bytes, to }, 'the smaller picture');
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#process[Symbol.dispose]();
  }

  async #make<Task extends keyof PictureTasks>(task: Task, given: PictureTasks[Task], about: string): Promise<Buffer> {
    if (this.#inWork >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inWork++;
    try {
      if (this.#isClosed) throw failure('disposed', about);
      const question = { task, given, about, answer: z.instanceof(Buffer), limitMs: LIMIT_MS };
      return await this.#process.use((maker) => maker.ask(question));
    } finally {
      this.#leave();
    }
  }

  /** Its place is the next one's. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inWork--;
    else next();
  }
}

function failure(silence: Silence, about: string): AppError {
  return new AppError('timeout', `${about} cannot be made: ${WHY[silence]}`);
}
