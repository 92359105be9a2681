import type { Command } from 'commander';
import { Option } from 'commander';
import { describeSettings } from '../config/describe.ts';
import { CONFIG_VARIABLE } from '../config/names.ts';

/** Gives a command an option for each setting, and `--config`. */
export function addSettingOptions(command: Command): Command {
  for (const setting of describeSettings().filter(({ isOnCommandLine }) => isOnCommandLine)) {
    const words = `${setting.description} (${setting.allowed}; default: ${setting.default.replaceAll('`', '')})`;
    const option = new Option(`${setting.option} <${setting.repeats ? 'item' : 'value'}>`, words);
    // Texts as they are: the settings' schema is the one place that judges them.
    if (setting.repeats) option.argParser<string[] | undefined>((item, before = []) => [...before, item]);
    command.addOption(option);
  }
  return command.option('--config <file>', `A settings file in YAML (also named by ${CONFIG_VARIABLE})`);
}
