import type { StreamSession } from './session.ts';

/** The sessions of the channels that are on air, by channel. Iterating it sees what is there at that moment. */
export class SessionManager implements Iterable<StreamSession> {
  readonly #sessions = new Map<string, StreamSession>();

  get(channelId: string): StreamSession | undefined {
    return this.#sessions.get(channelId);
  }

  set(channelId: string, session: StreamSession): void {
    this.#sessions.set(channelId, session);
  }

  delete(channelId: string): void {
    this.#sessions.delete(channelId);
  }

  /** A copy, oldest first: sessions may come and go while a caller walks through it. */
  list(): StreamSession[] {
    return [...this.#sessions.values()];
  }

  getAll(filter: (session: StreamSession) => boolean): StreamSession[] {
    return this.list().filter(filter);
  }

  [Symbol.iterator](): Iterator<StreamSession> {
    return this.list()[Symbol.iterator]();
  }
}
