import { z } from 'zod';
import { EXIT } from './exit-codes.ts';

/** How far a sync has come. */
export interface Progress {
  readonly source: string | null;
  readonly items: number;
  readonly expected: number | null;
}

/** The libraries of a data folder: those of a sidecar at work, else opened by this process. */
export interface LibraryDesk extends AsyncDisposable {
  /** A sidecar at work keeps its libraries looked through by itself. */
  readonly isAtWork: boolean;
  sync(options: { readonly mayShrink: boolean; readonly onProgress: (progress: Progress) => void }): Promise<void>;
  /** What `GET /api/library` answers. */
  overview(): Promise<unknown>;
}

export interface LibraryOptions {
  readonly desk: LibraryDesk;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Somebody watches: a line may be written over. */
  readonly isTerminal: boolean;
}

const overview = z.object({
  sources: z.array(
    z.object({
      id: z.string(),
      schema: z.string().nullable(),
      synced_at: z.string().nullable(),
      problem: z.string().nullable(),
      libraries: z.array(
        z.object({
          ...{ name: z.string(), films: z.number(), shows: z.number(), episodes: z.number(), missing: z.number() },
          unplayable: z.number(),
        }),
      ),
      collections: z.array(z.object({ kind: z.string(), name: z.string(), items: z.number() })),
      files: z.object({ items: z.number(), missing: z.number() }).nullable(),
      missing_files: z.array(z.string()),
      suggested_path_map: z.string().nullable(),
      unplayable_files: z.array(z.object({ path: z.string(), problem: z.string() })),
      waiting_for_confirmation: z.array(z.object({ library: z.string(), items: z.number(), unseen: z.number() })),
      skipped_rows: z.record(z.string(), z.number()),
    }),
  ),
});
type Source = z.infer<typeof overview>['sources'][number];

/** Looks through the libraries, says how far it has come, and sums up what was found. */
export async function runSync(options: LibraryOptions & { readonly mayShrink: boolean }): Promise<number> {
  const { desk, print, mayShrink } = options;
  await syncWithProgress(options, mayShrink);
  const { sources } = overview.parse(await desk.overview());
  print(`${sources.flatMap((source) => [source.id, ...stateLines(source)]).join('\n')}\n`);
  return sources.some(isIll) ? EXIT.failed : EXIT.fine;
}

/** Prints what there is in the libraries; where no sidecar is at work, it looks first. */
export async function runLibrary(options: LibraryOptions & { readonly json: boolean }): Promise<number> {
  const { desk, print, json } = options;
  if (!desk.isAtWork) await syncWithProgress(options, false);
  const answer = await desk.overview();
  const { sources } = overview.parse(answer);
  print(json ? `${JSON.stringify(answer, null, 2)}\n` : `${sources.map(renderSource).join('\n\n')}\n`);
  return sources.some(isIll) ? EXIT.failed : EXIT.fine;
}

async function syncWithProgress({ desk, printError, isTerminal }: LibraryOptions, mayShrink: boolean): Promise<void> {
  let width = 0;
  const onProgress = ({ source, items, expected }: Progress): void => {
    if (!isTerminal) return;
    const words = source === null ? '' : `${source}: ${bar(items, expected)}`;
    printError(`\r${words.padEnd(width)}`);
    width = words.length;
  };
  await desk.sync({ mayShrink, onProgress });
  if (isTerminal) printError(`\r${' '.repeat(width)}\r`);
}

const BAR_LENGTH = 24;

function bar(items: number, expected: number | null): string {
  const count = `${items} items`;
  if (expected === null || expected === 0) return count;
  const filled = Math.min(BAR_LENGTH, Math.round((items / expected) * BAR_LENGTH));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_LENGTH - filled)}] ${count}`;
}

function isIll({ problem, waiting_for_confirmation: waiting }: Source): boolean {
  return problem !== null || waiting.length > 0;
}

function renderSource(source: Source): string {
  const { id, collections, missing_files: missing, unplayable_files: unplayable } = source;
  const lists = collections.map(({ kind, name, items }) => `  ${kind} "${name}": ${counted(items, 'item')}`);
  return [
    id,
    ...stateLines(source),
    ...lists,
    ...named('not on this machine', missing),
    ...named(
      'cannot be aired',
      unplayable.map(({ problem }) => problem),
    ),
  ].join('\n');
}

function stateLines(source: Source): string[] {
  const { schema, synced_at: at, problem, libraries, files, suggested_path_map: rule, skipped_rows: skipped } = source;
  const rows = Object.entries(skipped).map(([kind, count]) => `${count} of the kind ${kind}`);
  return [
    ...(at === null ? [] : [`  ${schema ?? 'library'}, looked through at ${at}`]),
    ...(problem === null ? [] : [`  it could not be looked through: ${problem}`]),
    ...libraries.map(renderLibrary),
    ...(files && files.missing > 0 ? [`  ${files.missing} of ${counted(files.items, 'file')} not found here`] : []),
    ...(rule === null ? [] : [`  they are found with SIDECAST_PATH_MAP='${rule}'`]),
    ...source.waiting_for_confirmation.map(
      ({ library, items, unseen }) =>
        `  ${unseen} of ${counted(items, 'item')}${library && ` of "${library}"`} no longer found; if they are really ` +
        'gone: sidecast sync --allow-removals',
    ),
    ...(rows.length === 0 ? [] : [`  rows that made no sense: ${rows.join(', ')}`]),
  ];
}

function renderLibrary({ name, films, shows, episodes, missing, unplayable }: Source['libraries'][number]): string {
  const parts = [
    ...(films > 0 ? [counted(films, 'film')] : []),
    ...(episodes > 0 ? [`${counted(shows, 'show')} with ${counted(episodes, 'episode')}`] : []),
    ...(missing > 0 ? [`${missing} not on this machine`] : []),
    ...(unplayable > 0 ? [`${unplayable} that cannot be aired`] : []),
  ];
  return `  ${name === '' ? '' : `${name}: `}${parts.join(', ')}`;
}

function named(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${heading}:`, ...lines.map((line) => `    ${line}`)];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
