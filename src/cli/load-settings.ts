import { readFile } from 'node:fs/promises';
import type { Settings } from '../config.ts';
import { parseSettings } from '../config.ts';
import type { SettingsFile } from '../config/given.ts';
import { CONFIG_VARIABLE } from '../config/names.ts';
import { AppError, messageOf } from '../shared/errors.ts';

/** The settings of the command line, the environment and the file that either of them names. */
export async function loadSettings(
  { config, ...options }: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Settings> {
  const name = typeof config === 'string' ? config : env[CONFIG_VARIABLE];
  return parseSettings({ options, env, ...(name ? { file: await readSettingsFile(name) } : {}) });
}

async function readSettingsFile(name: string): Promise<SettingsFile> {
  try {
    return { name, text: await readFile(name, 'utf8') };
  } catch (error) {
    throw new AppError('invalid_settings', `the settings file ${name} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
