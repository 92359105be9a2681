import { clientNetwork } from './networks.ts';

const WINDOW_MS = 15 * 60_000;
/** So many wrong keys in a window, then no further one is looked at until it is over. */
const MAX_FAILURES = 10;
/** Who has more addresses than this gains no more tries by it than the addresses give. */
const MAX_CLIENTS = 10_000;

/** Counts wrong keys by client, so that nobody can try many. Takes a few hundred kilobytes at most. */
export class FailedKeys {
  readonly #now: () => number;
  /** By when their window began: the first one is the oldest. */
  readonly #clients = new Map<string, { readonly since: number; failures: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until the client's next key is looked at; 0 for now. */
  waitMs(address: string): number {
    const client = this.#windowOf(clientNetwork(address));
    return client === undefined || client.failures < MAX_FAILURES ? 0 : client.since + WINDOW_MS - this.#now();
  }

  /** A client has tried a wrong key; true for the last one that is looked at. */
  count(address: string): boolean {
    const name = clientNetwork(address);
    const client = this.#windowOf(name) ?? { since: this.#now(), failures: 0 };
    client.failures += 1;
    this.#clients.set(name, client);
    for (const [oldest] of this.#clients) {
      if (this.#clients.size <= MAX_CLIENTS) break;
      this.#clients.delete(oldest);
    }
    return client.failures === MAX_FAILURES;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** One that is over, or that a clock which was set back has put into the future, is forgotten. */
  #windowOf(name: string): { readonly since: number; failures: number } | undefined {
    const client = this.#clients.get(name);
    const age = client === undefined ? 0 : this.#now() - client.since;
    if (age >= 0 && age < WINDOW_MS) return client;
    this.#clients.delete(name);
    return undefined;
  }
}
