import type { Settings } from '../config.ts';
import type { Pictures } from '../drawing/pictures.ts';
import type { Answering } from '../shared/answering.ts';
import type { Clock } from '../shared/clock.ts';
import type { Closers } from '../shared/closers.ts';
import type { Health } from '../shared/health.ts';
import type { Logger } from '../shared/logger.ts';

/** What every part of a sidecar is given. */
export interface Common {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly health: Health;
  /** Takes what a part has opened, to close it when the sidecar stops. */
  readonly closers: Closers;
  /** Makes cards and logos, and pictures smaller. */
  readonly pictures: Pictures;
  /** Those who wait for an answer just now. */
  readonly answering: Answering;
  /** There is nothing to do for a while: time to give memory back. */
  readonly onIdle: () => void;
}
