import { type CauseKind, HEALTH_CAUSES, type HealthCode } from './health-causes.ts';

/** Something that a person should know or mend. */
export interface HealthCause {
  readonly code: HealthCode;
  /** What is wrong, in words. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly causes: readonly HealthCause[];
}

/** Says in words what is wrong, or with undefined that it is well again. */
export type TellHealth = (problem: string | undefined) => void;

interface Raised extends HealthCause {
  readonly kind: CauseKind;
  readonly lastRaisedMs: number;
}

/** What is wrong at the moment, each cause by its code and subject; whoever raises one clears it. */
export class Health {
  readonly #now: () => number;
  readonly #raised = new Map<string, Raised>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What was raised before, in other words, is the same cause: it is wrong since then. */
  raise(code: HealthCode, subject: string, message: string, advice: string = HEALTH_CAUSES[code].advice): void {
    const key = keyOf(code, subject);
    const nowMs = this.#now();
    const since = this.#current().find(([known]) => known === key)?.[1].since ?? new Date(nowMs).toISOString();
    this.#raised.set(key, { code, message, advice, since, kind: HEALTH_CAUSES[code], lastRaisedMs: nowMs });
  }

  clear(code: HealthCode, subject: string): void {
    this.#raised.delete(keyOf(code, subject));
  }

  /** Raises and clears one cause. */
  teller(code: HealthCode, subject = ''): TellHealth {
    return (problem) => {
      if (problem === undefined) this.clear(code, subject);
      else this.raise(code, subject, problem);
    };
  }

  report(): HealthReport {
    const causes = this.#current().map(([, cause]) => cause);
    const isFailing = causes.some(({ kind }) => kind.severity === 'failing');
    return {
      status: isFailing ? 'failing' : causes.length > 0 ? 'degraded' : 'ok',
      causes: causes.map(({ code, message, advice, since }) => ({ code, message, advice, since })),
    };
  }

  #current(): [string, Raised][] {
    const nowMs = this.#now();
    for (const [key, { kind, lastRaisedMs }] of this.#raised) {
      // Further from now than that in either direction: the clock may have been set back.
      if (Math.abs(nowMs - lastRaisedMs) > (kind.clearsAfterMs ?? Infinity)) this.#raised.delete(key);
    }
    return [...this.#raised];
  }
}

function keyOf(code: HealthCode, subject: string): string {
  return `${code} ${subject}`;
}
