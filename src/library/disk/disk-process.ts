import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { HelperProcess, type Question as HelperQuestion, type Silence } from '../../shared/helper-process.ts';

const PROGRAM = fileURLToPath(new URL('disk-child.mjs', import.meta.url));
/** Rows only pass through: a large nursery, and an arena for each thread that reads, would only cost memory. */
const LEAN = ['--max-semi-space-size=1'];
const LEAN_ENV = { ...process.env, MALLOC_ARENA_MAX: '1' };
/** A disk may have to spin up; one that takes longer does not answer. */
const SILENT_MS = 20_000;
/** A statement may go through a large table on a slow disk. */
const SILENT_QUERY_MS = 120_000;

const WHY: Readonly<Record<Silence, string>> = {
  silent: 'check its disk or network share',
  'silent beside': 'it was asked about beside something that did not answer',
  ended: 'what reads it has ended',
  disposed: 'nobody waits for it any more',
};

export interface DiskProcessOptions {
  readonly clock?: Clock;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What the process is asked, and how its answer is read. */
export interface Question<T> extends Pick<HelperQuestion<T>, 'given' | 'answer' | 'about'> {
  readonly task:
    | ('list' | 'states' | 'marks' | 'kind' | 'realpath' | 'head' | 'contents' | 'copy')
    | ('connect' | 'query' | 'digest' | 'disconnect');
}

/** Looks at other people's files and reads their databases by a process of its own, which may hang. */
export class DiskProcess implements Disposable {
  readonly #process: HelperProcess;

  constructor({ clock = systemClock(), signal }: DiskProcessOptions = {}) {
    this.#process = new HelperProcess({
      ...{ program: PROGRAM, execArgv: LEAN, env: LEAN_ENV, clock, signal },
      failure: (silence, about) => new AppError('timeout', `${about} does not answer: ${WHY[silence]}`),
    });
  }

  /** Nothing more is answered. */
  get hasEnded(): boolean {
    return this.#process.hasEnded;
  }

  /**
   * Rejects with the system's reason, or with `timeout` where there is no answer: then the process is ended, since what it
   * waits for may never come, and so is all else that it was asked.
   */
  ask<T>(question: Question<T>): Promise<T> {
    const isLong = question.task === 'query' || question.task === 'digest';
    return this.#process.ask({ ...question, limitMs: isLong ? SILENT_QUERY_MS : SILENT_MS });
  }

  [Symbol.dispose](): void {
    this.#process[Symbol.dispose]();
  }
}
