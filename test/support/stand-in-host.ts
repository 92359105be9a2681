import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { z } from 'zod';

const answer = z.object({ id: z.number(), result: z.unknown().optional(), failure: z.string().optional() });

/** A process that has a database open as a media server has it, ended with the block that it is used in. */
export class StandInHost implements AsyncDisposable {
  readonly #child: ChildProcess;
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(
    file: string,
    { journal = 'wal', locking = 'normal' }: { journal?: 'wal' | 'truncate'; locking?: 'normal' | 'exclusive' } = {},
  ): Promise<StandInHost> {
    const child = fork(path.join(import.meta.dirname, 'stand-in-host.mjs'), [file, journal, locking], { execArgv: [] });
    await once(child, 'message');
    return new StandInHost(child);
  }

  /** Writes rows, one transaction each, and gives the number of all that it has written. */
  write(count: number): Promise<unknown> {
    return this.#ask('write', count);
  }

  /** Changes its library, in one transaction. */
  change(sql: string): Promise<unknown> {
    return this.#ask('change', sql);
  }

  /** What a query of its own finds. */
  ask(sql: string): Promise<unknown> {
    return this.#ask('ask', sql);
  }

  loseLocks(): Promise<unknown> {
    return this.#ask('loseLocks');
  }

  /** Begins a large transaction and leaves it half done. */
  begin(): Promise<unknown> {
    return this.#ask('begin');
  }

  /** Writes without a pause until `rest`. */
  hammer(): Promise<unknown> {
    return this.#ask('hammer');
  }

  /** Gives the number of all rows that it has written; rejects if a write has failed. */
  rest(): Promise<unknown> {
    return this.#ask('rest');
  }

  rows(): Promise<unknown> {
    return this.#ask('rows');
  }

  /** Stops in order: the database is closed. */
  async stop(): Promise<void> {
    await this.#ask('close');
    await this.kill();
  }

  /** Ends as in a power cut. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #ask(command: string, value?: number | string): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const settle = (message: unknown) => {
        const told = answer.parse(message);
        if (told.id !== id) return;
        this.#child.off('message', settle).off('exit', end);
        if (told.failure === undefined) resolve(told.result);
        else reject(new Error(told.failure));
      };
      const end = () => reject(new Error(`the stand-in has ended while it was to ${command}`));
      this.#child.on('message', settle).once('exit', end);
      this.#child.send({ id, command, value });
    });
  }
}
