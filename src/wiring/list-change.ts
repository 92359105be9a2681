import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Settings as Notebook } from '../catalog/settings.ts';
import { changeDateMs } from '../http/last-modified.ts';

const KEY = 'channel_list_change';
const note = z.object({ digest: z.string(), atMs: z.number() });
type Note = z.infer<typeof note>;

export interface ListChangeOptions {
  readonly notebook: Notebook;
  readonly now: () => number;
  /** The list as it is now, with addresses that do not depend on who asks. */
  readonly list: () => string;
}

/** When the channel list changed the last time, whatever it was: channels, addresses, what is said of them. */
export class ListChange {
  readonly #options: ListChangeOptions;
  #last: Note;
  /** Somebody may have heard of the last change. */
  #isTold = true;
  #noting: Promise<void> = Promise.resolve();

  private constructor(options: ListChangeOptions, last: Note) {
    this.#options = options;
    this.#last = last;
  }

  /** Goes on with what was noted: a restart alone changes nothing. */
  static async open(options: ListChangeOptions): Promise<ListChange> {
    const noted = await options.notebook.get(KEY);
    const last = noted === undefined ? { digest: '', atMs: 0 } : note.parse(JSON.parse(noted));
    const change = new ListChange(options, last);
    change.look();
    return change;
  }

  /** Looks whether it is another one. */
  look(): void {
    const { list, now } = this.#options;
    const digest = hash('sha1', list(), 'base64url');
    if (digest === this.#last.digest) return;
    const { atMs } = this.#last;
    this.#last = { digest, atMs: changeDateMs(this.#isTold ? atMs : atMs - 1000, now()) };
    this.#isTold = false;
    this.#noting = this.#noting.then(() => this.#note());
  }

  /** Milliseconds since the epoch, as dates of HTTP may tell them. */
  atMs(): number {
    this.look();
    this.#isTold = true;
    return this.#last.atMs;
  }

  /** Resolves when the last change is noted. */
  async close(): Promise<void> {
    await this.#noting;
  }

  /** Where it cannot be written, the list counts as changed at the next start. */
  async #note(): Promise<void> {
    await this.#options.notebook.set(KEY, JSON.stringify(this.#last)).catch(() => {});
  }
}
