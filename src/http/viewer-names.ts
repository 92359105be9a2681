import { createHash } from 'node:crypto';
import { createViewer } from './viewer.ts';

/** Longer than a viewer's lease (three target durations, of six seconds at most). */
const FRESH_MS = 20_000;

/**
 * Who was sent on with which name. Some players ask for the address that they were given, without a name, again and
 * again: they are the viewer that they were a moment ago, not another one each time.
 */
export class ViewerNames {
  readonly #now: () => number;
  readonly #given = new Map<string, { readonly viewer: string; askedAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The name of whoever fits `description`, a new one where that one has not been here just now. */
  of(description: string): string {
    // Headers can be long; what is kept of them is not.
    const client = createHash('sha256').update(description).digest('base64');
    const askedAt = this.#now();
    const viewer = this.#freshOf(client, askedAt) ?? createViewer();
    // Last in the map is asked last: those to forget are the first.
    this.#given.delete(client);
    this.#given.set(client, { viewer, askedAt });
    this.#forget(askedAt);
    return viewer;
  }

  #freshOf(client: string, now: number): string | undefined {
    const given = this.#given.get(client);
    return given !== undefined && now - given.askedAt <= FRESH_MS ? given.viewer : undefined;
  }

  #forget(now: number): void {
    for (const [client, { askedAt }] of this.#given) {
      if (now - askedAt <= FRESH_MS) return;
      this.#given.delete(client);
    }
  }
}
