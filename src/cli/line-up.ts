import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { AppError, messageOf } from '../shared/errors.ts';
import { EXIT } from './exit-codes.ts';

/** The channels of a data folder: those of a sidecar at work, else opened by this process. */
export interface ChannelDesk extends AsyncDisposable {
  /** All channels as one document. */
  export(): Promise<unknown>;
  /** Makes channels as a document says; resolves with all that there are then, and what may not be meant of them. */
  import(document: unknown, options: ImportHow): Promise<readonly ImportedChannel[]>;
}

export interface ImportedChannel {
  readonly number: string;
  readonly name: string;
  readonly warnings: readonly { readonly path: string; readonly message: string }[];
}

export interface ImportHow {
  /** Channels that the document does not name go. */
  readonly replace: boolean;
  /** Channels may get another picture for tuners than the one that hosts remember. */
  readonly mayChangeFormat: boolean;
}

export interface ChannelDeskOptions {
  readonly desk: ChannelDesk;
  readonly print: (text: string) => void;
}

/** Prints all channels as one document. */
export async function runExport({
  desk,
  print,
  format,
}: ChannelDeskOptions & { readonly format: string }): Promise<number> {
  if (format !== 'json' && format !== 'yaml') {
    throw new AppError('invalid_settings', `--format is "${format}"; allowed: json, yaml`);
  }
  const document = await desk.export();
  print(format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document));
  return EXIT.fine;
}

/** Makes channels as a file says, once or any number of times. */
export async function runImport(
  file: string,
  { desk, print, ...how }: ChannelDeskOptions & ImportHow,
): Promise<number> {
  const channels = await desk.import(await documentIn(file), how);
  print(`${[...warningsFor(channels), `${channels.length} channels`].join('\n')}\n`);
  return EXIT.fine;
}

/** What is said of several channels alike is said once. */
function warningsFor(channels: readonly ImportedChannel[]): string[] {
  const warned = new Map<string, string[]>();
  for (const { number, name, warnings } of channels) {
    for (const { path: at, message } of warnings) {
      const words = `${at}: ${message}`;
      warned.set(words, [...(warned.get(words) ?? []), `${number} "${name}"`]);
    }
  }
  return [...warned].map(([words, whom]) => `warning: channel ${whom.join(', ')}: ${words}`);
}

/** JSON or YAML, which has all of JSON in it. */
async function documentIn(file: string): Promise<unknown> {
  try {
    const text = await readFile(path.resolve(file), 'utf8');
    return parse(text);
  } catch (error) {
    throw new AppError('invalid_settings', `${file} cannot be read as JSON or YAML: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
