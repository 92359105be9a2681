import { type Finding, fine, wrong } from '../finding.ts';

/** The HDHomeRun as hosts read it. */
export interface TunerOverview {
  readonly deviceId: string;
  /** Whether libhdhomerun takes that id. */
  readonly isValid: boolean;
  readonly numbers: readonly string[];
  /** Numbers of the channels there are. */
  readonly expected: readonly string[];
}

/** Whether Plex would take Sidecast for an HDHomeRun with all its channels. */
export function judgeTuner({ deviceId, isValid, numbers, expected }: TunerOverview): Finding {
  const missing = expected.filter((number) => !numbers.includes(number));
  if (isValid && missing.length === 0) return fine(`an HDHomeRun ${deviceId} with ${numbers.length} channels`);
  const words = isValid ? `its line-up lacks ${missing.join(', ')}` : `its device id ${deviceId} is not valid`;
  return wrong(
    `as an HDHomeRun, ${words}`,
    'restart Sidecast; where that does not help, please report this as a fault',
  );
}
