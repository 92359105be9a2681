import { type ChildProcess, fork } from 'node:child_process';
import { z } from 'zod';
import type { Clock, Timer } from './clock.ts';

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

/** Why there is no answer: this question, or one beside it, was silent for too long; or the process has ended. */
export type Silence = 'silent' | 'silent beside' | 'ended' | 'disposed';

export interface HelperProcessOptions {
  /** The file that it runs. */
  readonly program: string;
  readonly args?: readonly string[];
  /** For node itself; those of this process unless told. */
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** What those hear who wait; `about` is what it was asked about. */
  readonly failure: (silence: Silence, about: string) => Error;
}

/** What the process is asked, and how its answer is read. */
export interface Question<T> {
  readonly task: string;
  readonly given: unknown;
  readonly answer: z.ZodType<T>;
  /** The file or thing that it is about. */
  readonly about: string;
  /** How long it may be silent. */
  readonly limitMs: number;
}

/** Somebody waits for an answer. */
interface Asked {
  readonly onAnswer: (answer: Answer) => void;
  readonly fail: (silence: Silence) => void;
}

/** Has questions answered by a process of its own, which may hang or take much memory: it is ended, and both are over. */
export class HelperProcess implements Disposable {
  readonly #options: HelperProcessOptions;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, Asked>();
  #lastId = UP;
  #isUp = false;
  #ended: Silence | undefined;

  constructor(options: HelperProcessOptions) {
    const { program, args = [], execArgv, env, signal } = options;
    this.#options = options;
    this.#child = fork(program, [...args], {
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      ...(env === undefined ? {} : { env }),
      ...{ stdio: 'ignore', serialization: 'advanced' },
    });
    const onEnd = () => this.#end('ended');
    this.#child.on('exit', onEnd).on('error', onEnd);
    this.#child.on('message', (message) => {
      const parsed = answer.parse(message);
      if (parsed.id === UP) this.#up(parsed);
      else this.#asked.get(parsed.id)?.onAnswer(parsed);
    });
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted === true) this.#onAbort();
  }

  /** Nothing that it is asked will be answered any more. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /**
   * Rejects with the problem that the process met, or with the options' `failure` where there is no answer: then the
   * process is ended, since what it waits for may never come, and so is all else that it was asked.
   */
  ask<T>({ task, given, answer: read, about, limitMs }: Question<T>): Promise<T> {
    const id = ++this.#lastId;
    const { clock, failure } = this.#options;
    return new Promise<T>((resolve, reject) => {
      let timer: Timer | undefined;
      let waitsFor = about;
      const end = (settle: () => void) => {
        timer?.cancel();
        this.#asked.delete(id);
        settle();
      };
      const fail = (silence: Silence) => end(() => reject(failure(silence, waitsFor)));
      const wait = () => {
        timer?.cancel();
        timer = clock.after(limitMs, () => {
          fail('silent');
          this.#end('silent beside');
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
      this.#child.send({ id, task, given }, (error) => error && this.#end('ended'));
    });
  }

  [Symbol.dispose](): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#end('disposed');
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

  #end(silence: Silence): void {
    this.#ended ??= silence;
    for (const { fail } of [...this.#asked.values()]) fail(silence);
  }
}
