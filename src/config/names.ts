import type { SettingKey } from './table.ts';
import { SETTINGS } from './table.ts';

/** One setting's name in each place where it can be given. */
export interface SettingNames {
  readonly key: SettingKey;
  /** `segment_seconds`: in the settings file and in JSON. */
  readonly file: string;
  /** `SIDECAST_SEGMENT_SECONDS`. */
  readonly variable: string;
  /** `--segment-seconds`. */
  readonly option: string;
}

export const VARIABLE_PREFIX = 'SIDECAST_';

/** The variable that names the settings file, as `--config` does. */
export const CONFIG_VARIABLE = `${VARIABLE_PREFIX}CONFIG`;

export function isSettingKey(name: string): name is SettingKey {
  return Object.hasOwn(SETTINGS, name);
}

/** All settings, in the table's order. */
export const SETTING_NAMES: readonly SettingNames[] = Object.keys(SETTINGS).filter(isSettingKey).map(namesOf);

function namesOf(key: SettingKey): SettingNames {
  const words = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    key,
    file: words,
    variable: VARIABLE_PREFIX + words.toUpperCase(),
    option: `--${words.replaceAll('_', '-')}`,
  };
}
