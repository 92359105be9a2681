import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Clock, systemClock } from '../shared/clock.ts';
import { AppError, hasCode } from '../shared/errors.ts';

const CHILD = fileURLToPath(new URL('look-child.mjs', import.meta.url));
/** A disk may have to spin up; one that takes longer does not answer. */
const SILENT_MS = 20_000;

const answer = z.object({
  problem: z.string().optional(),
  listing: z
    .object({
      real: z.string(),
      entries: z.array(
        z.object({
          name: z.string(),
          kind: z.enum(['folder', 'file', 'other']),
          sizeBytes: z.number(),
          modifiedMs: z.number(),
        }),
      ),
    })
    .optional(),
});

/** What is in a folder, by names. `real` is its path without links. */
export type Listing = NonNullable<z.infer<typeof answer>['listing']>;

export interface FolderReaderOptions {
  readonly clock?: Clock;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Lists folders, one at a time, by a process of its own that may hang. */
export class FolderReader implements Disposable {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;

  constructor({ clock = systemClock(), signal }: FolderReaderOptions = {}) {
    this.#child = fork(CHILD, { execArgv: [], stdio: 'ignore' });
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Rejects with the system's reason, or `timeout` where there is no answer. */
  list(directory: string): Promise<Listing> {
    const child = this.#child;
    return new Promise<Listing>((resolve, reject) => {
      const fail = (message: string) =>
        end(() => reject(new AppError('timeout', `${directory} does not answer: ${message}`)));
      const onSilent = () => fail('check its disk or network share');
      const onAbort = () => fail('nobody waits for it any more');
      const onExit = () => fail('what reads it has ended');
      let timer = this.#clock.after(SILENT_MS, onSilent);
      const onMessage = (message: unknown) => {
        timer.cancel();
        timer = this.#clock.after(SILENT_MS, onSilent);
        const { listing, problem } = answer.parse(message);
        if (listing !== undefined) end(() => resolve(listing));
        else if (problem !== undefined) end(() => reject(new Error(problem)));
      };
      const end = (settle: () => void) => {
        timer.cancel();
        child.off('message', onMessage).off('exit', onExit).off('error', onExit);
        this.#signal?.removeEventListener('abort', onAbort);
        settle();
      };
      child.on('message', onMessage).on('exit', onExit).on('error', onExit);
      this.#signal?.addEventListener('abort', onAbort);
      if (this.#signal?.aborted === true) onAbort();
      else child.send(directory, (error) => error && onExit());
    });
  }

  [Symbol.dispose](): void {
    this.#child.on('error', () => {});
    this.#child.kill('SIGKILL');
    // One that waits for a disk that does not answer ends when that does.
    if (this.#child.connected) this.#child.disconnect();
    this.#child.unref();
  }
}

/** False for a folder whose disk does not answer; what is not there does. */
export async function answers(directory: string, options: FolderReaderOptions): Promise<boolean> {
  using reader = new FolderReader(options);
  return await reader.list(directory).then(
    () => true,
    (error: unknown) => !hasCode(error, 'timeout'),
  );
}
