import type { CountSent } from '../sent-bytes.ts';

export interface HealthCause {
  readonly code: string;
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

export interface HealthService {
  report(): Promise<HealthReport>;
}

/** The figures, for Prometheus. */
export interface MetricsService {
  render(): Promise<{ readonly type: string; readonly text: string }>;
  readonly sent: CountSent;
}
