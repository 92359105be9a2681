import { parseDocument } from 'yaml';
import { z } from 'zod';
import { CONFIG_VARIABLE, SETTING_NAMES, VARIABLE_PREFIX } from './names.ts';
import type { Reading, SettingKey } from './table.ts';
import { notes, SETTINGS } from './table.ts';

/** A settings file: its name for messages, and its YAML text. */
export interface SettingsFile {
  readonly name: string;
  readonly text: string;
}

/** A setting as somebody gave it. */
export interface Given {
  /** What it is called where it was given. */
  readonly name: string;
  readonly raw: unknown;
  /** `raw`, read for the schema. */
  readonly value: unknown;
}

interface Sources {
  readonly options: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: SettingsFile | undefined;
}

/** What was given for each setting by the source that beats the others, and every name that is no setting's. */
export function gather({ options, env, file }: Sources): { given: Map<SettingKey, Given>; mistakes: string[] } {
  const { values, mistakes } = readFile(file);
  mistakes.push(...unknownVariables(env));
  const given = new Map<SettingKey, Given>();
  for (const names of SETTING_NAMES) {
    const note = notes.get(SETTINGS[names.key]);
    const [entry] = [
      // Another option may have the name of a setting that is none.
      { name: names.option, raw: note?.isOffCommandLine ? undefined : options[names.key] },
      // An empty variable is what compose files make of one that is not set.
      { name: names.variable, raw: env[names.variable] || undefined },
      { name: `${names.file} in ${file?.name}`, raw: values[names.file] ?? undefined },
    ].filter(({ raw }) => raw !== undefined);
    if (entry) given.set(names.key, { ...entry, value: read(entry.raw, note?.reading) });
  }
  return { given, mistakes };
}

/** A given value as a message shows it. */
export function shown(raw: unknown): string {
  return Array.isArray(raw) ? raw.map((one) => JSON.stringify(one)).join(', ') : JSON.stringify(raw);
}

function read(raw: unknown, reading: Reading = 'text'): unknown {
  if (reading === 'list') return texts(raw, ',');
  // A folder's name may hold a comma: only one before the next source parts them.
  if (reading === 'sources') return texts(raw, /,(?=\s*[a-z]+:)/);
  if (reading === 'number' && typeof raw === 'string' && raw.trim() !== '') return Number(raw);
  return raw;
}

function texts(raw: unknown, separator: string | RegExp): unknown {
  const parts: unknown[] = Array.isArray(raw) ? raw : [raw];
  return parts.flatMap((part) =>
    typeof part === 'string' ? part.split(separator).map((text) => text.trim()) : [part],
  );
}

function readFile(file: SettingsFile | undefined): { values: Record<string, unknown>; mistakes: string[] } {
  if (!file) return { values: {}, mistakes: [] };
  const document = parseDocument(file.text);
  if (document.errors.length > 0) {
    return { values: {}, mistakes: document.errors.map((error) => `${file.name}: ${firstLine(error.message)}`) };
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(document.toJS() ?? {});
  if (!parsed.success) return { values: {}, mistakes: [`${file.name} must hold lines like "port: 8765"`] };
  const mistakes = Object.keys(parsed.data)
    .filter((key) => !SETTING_NAMES.some(({ file: name }) => name === key))
    .map((key) => unknownName(`${key} in ${file.name}`, key, 'file'));
  return { values: parsed.data, mistakes };
}

function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && name !== CONFIG_VARIABLE)
    .filter((name) => !SETTING_NAMES.some(({ variable }) => variable === name))
    .map((name) => unknownName(name, name, 'variable'));
}

function unknownName(place: string, name: string, kind: 'file' | 'variable'): string {
  const meant = SETTING_NAMES.find((names) => bare(names[kind]) === bare(name));
  return `${place} is no setting; ${meant ? `did you mean ${meant[kind]}?` : 'sidecast --help lists them'}`;
}

const bare = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '');

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
