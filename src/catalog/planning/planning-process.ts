import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Scheduled } from '../../schedule/programming/programming.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError, hasCode } from '../../shared/errors.ts';
import { HelperProcess, type Silence } from '../../shared/helper-process.ts';
import { OnCall } from '../../shared/on-call.ts';
import type { Planning } from './planning.ts';
import type { Given, PlanningTasks } from './planning-child.ts';

/** Beside this file, and like it: compiled, or as it was written. */
const PROGRAM = fileURLToPath(new URL(`planning-child${path.extname(import.meta.url)}`, import.meta.url));
/** As roomy a nursery as V8 gives by itself: the sidecar's own is small, and a library comes in at once. */
const ROOMY = [...process.execArgv, '--max-semi-space-size=16'];
/** A large library on a slow disk takes a while to read. */
const LIMIT_MS = 120_000;
/** Who edits a channel often does so again. */
const LINGER_MS = 20_000;

/** No answer comes, whatever was asked. */
const LOST = 'timeout';

const WHY: Readonly<Record<Silence, string>> = {
  silent: `it takes more than ${LIMIT_MS / 1000} seconds`,
  'silent beside': 'another one beside it took too long',
  ended: 'what plans them has ended; the machine may be out of memory',
  disposed: 'the sidecar stops',
};

export interface PlanningProcessOptions {
  /** Our database. */
  readonly file: string;
  readonly clock: Clock;
}

/** Planning by a process that ends a while after the last plan. It only reads: what is planned is written down here. */
export class PlanningProcess implements Disposable {
  readonly #process: OnCall<HelperProcess>;
  #lastReading = 0;
  #isClosed = false;

  constructor({ file, clock }: PlanningProcessOptions) {
    const open = () => new HelperProcess({ program: PROGRAM, args: [file], execArgv: ROOMY, clock, failure });
    this.#process = new OnCall({ open, idleMs: LINGER_MS, clock });
  }

  /** As `WithPlanning` says: where the process ends on the way, another one begins anew, once. */
  async use<T>(programmings: readonly Scheduled[], work: (planning: Planning) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw failure('disposed');
    const [tried] = await Promise.allSettled([this.#useOne(programmings, work)]);
    if (tried.status === 'fulfilled') return tried.value;
    if (this.#isClosed || !hasCode(tried.reason, LOST)) throw tried.reason;
    return this.#useOne(programmings, work);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#process[Symbol.dispose]();
  }

  #useOne<T>(programmings: readonly Scheduled[], work: (planning: Planning) => Promise<T>): Promise<T> {
    const reading = ++this.#lastReading;
    return this.#process.use(async (process) => {
      // Answers are of our own program, and of the same build.
      const ask = <Task extends keyof PlanningTasks, Answer>(task: Task, request: PlanningTasks[Task]) => {
        const given: Given<Task> = { reading, request };
        return process.ask({ task, given, about: 'channels', answer: z.custom<Answer>(), limitMs: LIMIT_MS });
      };
      await ask('read', programmings);
      try {
        return await work({
          planned: (request) => ask('planned', request),
          previewed: (request) => ask('previewed', request),
          sampled: (request) => ask('sampled', request),
        });
      } finally {
        if (!process.hasEnded) await ask('forget', undefined);
      }
    });
  }
}

function failure(silence: Silence): AppError {
  return new AppError(LOST, `channels cannot be planned: ${WHY[silence]}`);
}
