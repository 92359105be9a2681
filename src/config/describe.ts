import { z } from 'zod';
import type { SettingNames } from './names.ts';
import { SETTING_NAMES } from './names.ts';
import { notes, SETTINGS } from './table.ts';

/** A setting in words, for the help and the README. */
export interface DescribedSetting extends SettingNames {
  readonly description: string;
  readonly allowed: string;
  readonly default: string;
  /** It may be given more than once on the command line. */
  readonly repeats: boolean;
  readonly isOnCommandLine: boolean;
}

/** All settings in words, in the table's order. */
export function describeSettings(): readonly DescribedSetting[] {
  return SETTING_NAMES.map((names) => {
    const schema = SETTINGS[names.key];
    const note = notes.get(schema);
    return {
      ...names,
      description: note?.description ?? '',
      allowed: note?.allowed ?? '',
      default: note?.defaultText ?? `\`${String(z.toJSONSchema(schema, { io: 'input' }).default)}\``,
      isOnCommandLine: note?.isOffCommandLine !== true,
      repeats: note?.reading === 'list' || note?.reading === 'sources',
    };
  });
}
