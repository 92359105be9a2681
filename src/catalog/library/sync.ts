import type { LibraryReading, LibrarySource } from '../../library/library-reading.ts';
import type { PathRule } from '../../library/path-map.ts';
import type { Catalog } from '../catalog.ts';
import type { Content } from '../channels/channel.ts';
import { chooseFiles, type StatesOf } from './choose-files.ts';
import type { Intake } from './intake.ts';
import { partIds } from './item-rows.ts';
import type { ShrinkingLibrary, SyncReport } from './source-state.ts';

/** A sync that would take away a larger share of a library than this waits for a confirmation. */
const MOST_LEAVING = 0.3;
/** Of the files that are not found, so many are looked for elsewhere, where they are a larger share than this. */
const SAMPLED_FILES = 12;
const MANY_MISSING = 0.1;

export interface SyncOptions {
  readonly catalog: Catalog;
  readonly source: LibrarySource;
  readonly intake: Intake;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly statesOf: StatesOf;
  readonly suggestRules: (notFound: readonly string[]) => Promise<readonly PathRule[]>;
  /** Somebody has said that items may leave, however many. */
  readonly mayShrink: boolean;
  /** So many items were read, of about how many; null where nobody knows. */
  readonly onProgress: (items: number, expected: number | null) => void;
  readonly signal: AbortSignal;
}

/** What a sync has changed. */
export interface SyncOutcome {
  /** Files are still being written: look again soon. */
  readonly isGrowing: boolean;
  readonly gained: readonly Content[];
  readonly lost: readonly Content[];
  readonly report: SyncReport;
}

/**
 * Brings the catalog up to what a source has now. Each batch is taken in whole; nothing leaves before the source was read
 * to its end, so that a sync may break off at any moment, and the next one makes up for it.
 */
export async function syncSource(options: SyncOptions): Promise<SyncOutcome> {
  const { catalog, source, now } = options;
  const store = catalog.library;
  const { unseen, isGrowing, skippedRows, ...state } = await readSource(options);
  for (const libraryId of await store.adopt(source.id, [...unseen])) unseen.delete(libraryId);
  const shrinking = options.mayShrink ? [] : await shrinkingLibraries(options, unseen);
  const gained = await store.place(source.id);
  const lost = await store.leave([...unseen], now());
  const report = { skippedRows, shrinking, ...(await filesOf(options)) };
  await store.setSynced(source.id, { ...state, syncedMs: now(), report });
  return { isGrowing, gained, lost, report };
}

/** Takes in all that the source has, and lets go of it: what follows needs only the catalog. */
async function readSource(options: SyncOptions) {
  const { catalog, source } = options;
  await using reading = await source.open();
  const changeMark = await reading.changeMark();
  const fingerprint = await reading.fingerprint();
  const { schema } = reading;
  const report = fingerprint === null ? undefined : await reportOf(options, reading, fingerprint);
  if (report !== undefined) {
    const { skippedRows } = report;
    return { unseen: new Set<string>(), isGrowing: false, schema, skippedRows, changeMark, fingerprint };
  }
  await catalog.library.forgetFingerprint(source.id);
  const unseen = await catalog.library.idsOf(source.id);
  const isGrowing = await takeInAll(options, reading, unseen);
  await catalog.library.replaceCollections(source.id, await reading.collections());
  const skippedRows = { ...reading.skippedRows };
  return { unseen, isGrowing, schema, skippedRows, changeMark, fingerprint: isGrowing ? null : fingerprint };
}

/**
 * What the last sync has found, where the source has nothing that was not taken in then. Who confirms what leaves has it
 * read in any case.
 */
async function reportOf(
  { catalog, source, mayShrink }: SyncOptions,
  reading: LibraryReading,
  fingerprint: string,
): Promise<SyncReport | undefined> {
  const known = await catalog.library.stateOf(source.id);
  if (mayShrink || known?.fingerprint !== fingerprint || known.report === null) return undefined;
  // What waits for a confirmation is looked at anew: nobody has written down what it is.
  if (known.report.shrinking.length > 0) return undefined;
  const areSame = await catalog.library.areFilesSame(source.id, (files) => reading.statesOf(files));
  return areSame ? known.report : undefined;
}

/** True when files are still being written. What was seen is taken out of `unseen`. */
async function takeInAll(
  { catalog, source, intake, now, statesOf, onProgress, signal }: SyncOptions,
  reading: LibraryReading,
  unseen: Set<string>,
): Promise<boolean> {
  let isGrowing = false;
  let count = 0;
  const expected = await reading.count();
  onProgress(count, expected);
  /** One batch is being written while the next one is made ready. */
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for await (const batch of reading.items()) {
      signal.throwIfAborted();
      const known = await catalog.library.known(batch.map(({ id }) => id));
      const { complete, growing } = intake.sort(batch, known, now());
      const items = await chooseFiles(complete, (id) => known.get(id)?.path, statesOf);
      const parts = batch.flatMap(partIds);
      const knownParts = parts.length === 0 ? [] : await catalog.library.known(parts);
      const coming = catalog.library.takeIn(items, new Map([...known, ...knownParts]));
      coming.catch(() => {});
      await writing;
      writing = coming;
      for (const id of [...batch.map((item) => item.id), ...parts]) unseen.delete(id);
      isGrowing ||= growing.length > 0;
      count += batch.length;
      onProgress(count, expected);
    }
    await writing;
  } finally {
    // Also of a source that breaks off: what was read of it is kept. Where all ends the next sync does it.
    await writing.catch(() => {});
    if (!signal.aborted) await catalog.library.labelNew(source.id);
  }
  return isGrowing;
}

/** Libraries that would lose too much; what they have is taken out of `unseen`, so that it stays. */
async function shrinkingLibraries(
  { catalog, source }: SyncOptions,
  unseen: Set<string>,
): Promise<readonly ShrinkingLibrary[]> {
  if (unseen.size === 0) return [];
  const libraries = new Map<string, { items: number; unseen: number; ids: string[] }>();
  for (const { libraryId, library, isPart } of await catalog.library.memberships(source.id)) {
    const found = libraries.get(library) ?? { items: 0, unseen: 0, ids: [] };
    libraries.set(library, found);
    const isUnseen = unseen.has(libraryId);
    if (isUnseen) found.ids.push(libraryId);
    // A film of several parts is one.
    if (!isPart) found.items++;
    if (!isPart && isUnseen) found.unseen++;
  }
  const shrinking = [...libraries].filter(([, found]) => isTooMuch(found.unseen, found.items));
  for (const [, { ids }] of shrinking) for (const id of ids) unseen.delete(id);
  return shrinking.map(([library, found]) => ({ library, items: found.items, unseen: found.unseen }));
}

/** A single item that somebody removes may be a large share of a small library. */
function isTooMuch(leaving: number, items: number): boolean {
  return leaving > 0 && (leaving === items || (leaving > 1 && leaving > items * MOST_LEAVING));
}

/** How many files there are; where many are not found, rules with which they would be. */
async function filesOf({
  catalog,
  source,
  suggestRules,
}: SyncOptions): Promise<Pick<SyncReport, 'files' | 'suggestedRules'>> {
  const { items, missing, notFound } = await catalog.items.filesOf(source.id, SAMPLED_FILES);
  const suggestedRules = missing > items * MANY_MISSING ? await suggestRules(notFound) : [];
  return { files: { items, missing }, suggestedRules };
}
