import path from 'node:path';
import { z } from 'zod';
import type { SettingsFile } from './config/given.ts';
import { gather, shown } from './config/given.ts';
import { SETTING_NAMES } from './config/names.ts';
import { notes, SETTINGS } from './config/table.ts';
import { AppError } from './shared/errors.ts';

const schema = z.object(SETTINGS);

/** The settings, checked and complete. */
export interface Settings extends Readonly<z.output<typeof schema>> {
  readonly reelsDir: string;
  readonly timeZone: string;
}

/** Where settings may be given; command line beats environment beats file beats defaults. */
export interface SettingSources {
  /** Options of the command line by their key in `Settings`: a text, or a list of texts. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly file?: SettingsFile;
}

/** The settings of all sources, or `invalid_settings` with every mistake on a line of its own. */
export function parseSettings({ options = {}, env = {}, file }: SettingSources): Settings {
  const { given, mistakes } = gather({ options, env, file });
  const values = Object.fromEntries([...given].map(([key, { value }]) => [key, value]));
  const result = schema.safeParse(values);
  const issues = result.error?.issues ?? [];
  const wrong = new Set(issues.map((issue) => issue.path[0]));
  const offered = SETTINGS.qualities.safeParse(values['qualities']).data;
  const tuner = SETTINGS.tunerQuality.safeParse(values['tunerQuality']).data;
  // The page and the API would give signed addresses to everybody.
  if (values['signedUrls'] === 'on' && values['apiKey'] === 'off') {
    mistakes.push('SIDECAST_SIGNED_URLS is on and SIDECAST_API_KEY is off; signed addresses need a key');
  }
  if (offered && tuner && !offered.includes(tuner)) wrong.add('tunerQuality');
  for (const { key } of SETTING_NAMES) {
    const entry = given.get(key);
    if (!entry || !wrong.has(key)) continue;
    const { allowed = '', isSecret } = notes.get(SETTINGS[key]) ?? {};
    const advice = issues.filter((issue) => issue.path[0] === key).flatMap(adviceOf);
    const words = [
      `${entry.name} is ${isSecret ? 'wrong' : shown(entry.raw)}`,
      `allowed: ${allowed}`,
      ...new Set(advice),
    ];
    mistakes.push(words.join('; '));
  }
  if (mistakes.length > 0 || !result.success) {
    throw new AppError('invalid_settings', ['these settings are wrong:', ...mistakes].join('\n  '));
  }
  return {
    ...result.data,
    reelsDir: result.data.reelsDir ?? path.join(result.data.dataDir, 'reels'),
    timeZone: result.data.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** What a value's own check says beyond what is allowed. */
function adviceOf(issue: z.core.$ZodIssue): string[] {
  const advice: unknown = issue.code === 'custom' ? issue.params?.['advice'] : undefined;
  return typeof advice === 'string' ? [advice] : [];
}

/** The settings as a JSON schema, for the plugin manifest and for editors. */
export function settingsJSONSchema(): object {
  const described = SETTING_NAMES.map(({ key, file }) => {
    const note = notes.get(SETTINGS[key]);
    return [file, SETTINGS[key].describe(`${note?.description}. Allowed: ${note?.allowed}.`)] as const;
  });
  return z.toJSONSchema(z.strictObject(Object.fromEntries(described)), { io: 'input' });
}
