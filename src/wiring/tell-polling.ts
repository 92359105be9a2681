import type { Health, TellHealth } from '../shared/health.ts';

/** Says in health that something is looked through instead of watched. */
export function tellPolling(health: Health, what: string): TellHealth {
  const tell = health.teller('watches_used_up', what);
  return (reason) => tell(reason && `${reason}; ${what} is looked through now and then instead`);
}
