import { type Finding, fine, wrong } from '../finding.ts';

/** What `GET /api/health` says. */
export interface HealthOverview {
  readonly causes: readonly { readonly code: string; readonly message: string; readonly advice: string }[];
}

/** Whether the sidecar itself has something to complain of. */
export function judgeHealth({ causes }: HealthOverview): readonly Finding[] {
  if (causes.length === 0) return [fine('nothing to complain of')];
  return causes.map(({ message, advice }) => wrong(message, advice));
}
