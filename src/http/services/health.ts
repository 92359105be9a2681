import type { HealthReport } from '../../shared/health.ts';
import type { CountSent } from '../sent-bytes.ts';

export interface HealthService {
  report(): Promise<HealthReport>;
}

/** The figures, for Prometheus. */
export interface MetricsService {
  render(): Promise<{ readonly type: string; readonly text: string }>;
  readonly sent: CountSent;
  readonly refused: (code: string, message: string) => void;
}
