import type { Clock } from '../../shared/clock.ts';
import type { TunerDevice } from '../../tuner/hdhomerun/device.ts';
import type { TunerSlots } from '../../tuner/hdhomerun/tuner-slots.ts';

/** The HDHomeRun that the sidecar is for hosts which want one. */
export interface TunerService {
  readonly device: TunerDevice;
  readonly slots: TunerSlots;
  readonly after: Clock['after'];
}
