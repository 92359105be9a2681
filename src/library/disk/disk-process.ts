import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Clock, systemClock, type Timer } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';

const CHILD = fileURLToPath(new URL('disk-child.mjs', import.meta.url));
/** Rows only pass through: a large nursery, and an arena for each thread that reads, would only cost memory. */
const LEAN = ['--max-semi-space-size=1'];
const LEAN_ENV = { ...process.env, MALLOC_ARENA_MAX: '1' };
/** A disk may have to spin up; one that takes longer does not answer. */
const SILENT_MS = 20_000;
/** A statement may go through a large table on a slow disk. */
const SILENT_QUERY_MS = 120_000;

/** What the process says when it has started bears this number. */
const UP = 0;

const answer = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  problem: z.object({ message: z.string(), code: z.string().optional() }).optional(),
  /** A sign of life: there is no answer yet. */
  isAlive: z.boolean().optional(),
  waitsFor: z.string().optional(),
});
type Answer = z.infer<typeof answer>;

export interface DiskProcessOptions {
  readonly clock?: Clock;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What the process is asked, and how its answer is read. */
export interface Question<T> {
  readonly task:
    | ('list' | 'states' | 'marks' | 'kind' | 'realpath' | 'head' | 'copy')
    | ('connect' | 'query' | 'digest' | 'disconnect');
  readonly given: unknown;
  readonly answer: z.ZodType<T>;
  /** The file or folder that it is about. */
  readonly about: string;
}

/** Somebody waits for an answer. */
interface Asked {
  readonly onAnswer: (answer: Answer) => void;
  readonly fail: (reason: string) => void;
}

/** Looks at other people's files and reads their databases by a process of its own, which may hang. */
export class DiskProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #asked = new Map<number, Asked>();
  #lastId = UP;
  #isUp = false;
  #ended: string | undefined;

  constructor({ clock = systemClock(), signal }: DiskProcessOptions = {}) {
    this.#child = fork(CHILD, { execArgv: LEAN, env: LEAN_ENV, stdio: 'ignore', serialization: 'advanced' });
    this.#clock = clock;
    this.#signal = signal;
    const onEnd = () => this.#end('what reads it has ended');
    this.#child.on('exit', onEnd).on('error', onEnd);
    this.#child.on('message', (message) => {
      const parsed = answer.parse(message);
      if (parsed.id === UP) this.#up(parsed);
      else this.#asked.get(parsed.id)?.onAnswer(parsed);
    });
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted === true) this.#onAbort();
  }

  /**
   * Rejects with the system's reason, or with `timeout` where there is no answer: then the process is ended, since what it
   * waits for may never come, and so is all else that it was asked.
   */
  ask<T>({ task, given, answer: read, about }: Question<T>): Promise<T> {
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      let timer: Timer | undefined;
      let waitsFor = about;
      const end = (settle: () => void) => {
        timer?.cancel();
        this.#asked.delete(id);
        settle();
      };
      const fail = (reason: string) =>
        end(() => reject(new AppError('timeout', `${waitsFor} does not answer: ${reason}`)));
      const wait = () => {
        timer?.cancel();
        const limitMs = task === 'query' || task === 'digest' ? SILENT_QUERY_MS : SILENT_MS;
        timer = this.#clock.after(limitMs, () => {
          fail('check its disk or network share');
          this.#end('it was asked about beside something that did not answer');
          this[Symbol.dispose]();
        });
      };
      const onAnswer = ({ result, problem, isAlive = false, waitsFor: file = about }: Answer) => {
        waitsFor = file;
        if (isAlive) wait();
        else if (problem !== undefined)
          end(() => reject(Object.assign(new Error(problem.message), { code: problem.code })));
        else {
          const { data, error } = read.safeParse(result);
          end(() => (error === undefined ? resolve(data) : reject(error)));
        }
      };
      if (this.#ended !== undefined) return fail(this.#ended);
      this.#asked.set(id, { onAnswer, fail });
      if (this.#isUp) wait();
      this.#child.send({ id, task, given }, (error) => error && this.#end('what reads it has ended'));
    });
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#end('nobody waits for it any more');
    this.#child.kill('SIGKILL');
    // One that waits for a disk that does not answer ends when that does.
    if (this.#child.connected) this.#child.disconnect();
    this.#child.unref();
  }

  readonly #onAbort = (): void => this[Symbol.dispose]();

  /** Only now it can be silent: a busy machine takes its time to start it. */
  #up(sign: Answer): void {
    this.#isUp = true;
    for (const { onAnswer } of this.#asked.values()) onAnswer(sign);
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    for (const { fail } of [...this.#asked.values()]) fail(reason);
  }
}
