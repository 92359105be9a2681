/** Something that a person should know or mend. */
export interface HealthCause {
  readonly code: string;
  /** What is wrong, and what to do about it. */
  readonly message: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly causes: readonly HealthCause[];
}

type Severity = 'degraded' | 'failing';

/** What is wrong at the moment, each cause by its code and subject; whoever raises one clears it. */
export class Health {
  readonly #now: () => number;
  readonly #causes = new Map<string, HealthCause & { readonly severity: Severity }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  raise(code: string, subject: string, message: string, severity: Severity = 'degraded'): void {
    const key = `${code} ${subject}`;
    const since = this.#causes.get(key)?.since ?? new Date(this.#now()).toISOString();
    this.#causes.set(key, { code, message, since, severity });
  }

  clear(code: string, subject: string): void {
    this.#causes.delete(`${code} ${subject}`);
  }

  report(): HealthReport {
    const causes = [...this.#causes.values()];
    const isFailing = causes.some(({ severity }) => severity === 'failing');
    return {
      status: isFailing ? 'failing' : causes.length > 0 ? 'degraded' : 'ok',
      causes: causes.map(({ code, message, since }) => ({ code, message, since })),
    };
  }
}
