import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import { every } from '../../shared/every.ts';

/** What it needs may come and go at any time, such as a proxy on port 80, or a network. */
const LOOK_MS = 60_000;

export interface AnnouncementOptions<What> {
  /** What may be known now; throws why nothing may. */
  readonly look: () => Promise<What>;
  /** Makes it known until what it gives is closed; rejects where that cannot be done. */
  readonly open: (what: What) => Promise<{ close(): Promise<void> }>;
  readonly clock: Clock;
  /** Hears each change: why nothing is known, or with undefined that it is. */
  readonly tell: (problem: string | undefined) => void;
}

/** Keeps something known to hosts for as long as it may be: it looks every minute. */
export class Announcement<What> {
  readonly #options: AnnouncementOptions<What>;
  #opened: { readonly what: string; readonly close: () => Promise<void> } | undefined;
  #told: { readonly problem: string | undefined } | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopLooking: () => void = () => {};

  private constructor(options: AnnouncementOptions<What>) {
    this.#options = options;
  }

  /** Resolves when it has looked once. */
  static async begin<What>(options: AnnouncementOptions<What>): Promise<Announcement<What>> {
    const announcement = new Announcement(options);
    await announcement.#lookInTurn();
    announcement.#stopLooking = every(options.clock, LOOK_MS, () => void announcement.#lookInTurn());
    return announcement;
  }

  /** Nothing is known any more when it resolves. */
  async close(): Promise<void> {
    this.#stopLooking();
    await this.#looking;
    await this.#closeOpened();
  }

  #lookInTurn(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      const what = await this.#options.look();
      const text = JSON.stringify(what);
      if (text !== this.#opened?.what) {
        await this.#closeOpened();
        const opened = await this.#options.open(what);
        this.#opened = { what: text, close: () => opened.close() };
      }
      this.#tell(undefined);
    } catch (error) {
      await this.#closeOpened();
      this.#tell(messageOf(error));
    }
  }

  async #closeOpened(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }

  #tell(problem: string | undefined): void {
    if (this.#told !== undefined && this.#told.problem === problem) return;
    this.#told = { problem };
    this.#options.tell(problem);
  }
}
