import type { MediaFacts } from '../ffmpeg/media-facts.ts';
import type { FileOnDisk } from '../library/file-state.ts';
import type { LibraryItem } from '../library/library-item.ts';
import { hasCode } from '../shared/errors.ts';
import type { FoundFile, ItemWithFiles } from './item-rows.ts';

export type StateOf = (file: string) => Promise<FileOnDisk | undefined>;

/**
 * The files of an item that are to be aired. Of several versions it is the one that was chosen before, else the first that
 * is there; a film in several parts has no versions, since those have parts of their own.
 */
export async function chooseFiles(
  item: LibraryItem,
  chosenBefore: string | undefined,
  stateOf: StateOf,
): Promise<ItemWithFiles> {
  const { path, sizeBytes, modifiedMs } = item;
  const state = sizeBytes === null || modifiedMs === null ? undefined : { sizeBytes, modifiedMs };
  const first: FoundFile = { path, state };
  const parts = await Promise.all(item.parts.map(async (part) => ({ ...part, state: await stateOf(part.path) })));
  if (parts.length > 0 || item.versions.length === 0) return { item, file: first, parts };
  const versions = await Promise.all(
    item.versions.map(async (version): Promise<FoundFile> => ({
      path: version.path,
      state: await stateOf(version.path),
    })),
  );
  const there = [first, ...versions].filter((file) => file.state !== undefined);
  return { item, file: there.find((file) => file.path === chosenBefore) ?? there[0] ?? first, parts };
}

/** A file that is there, and what is in it. */
export interface ProbedFile {
  readonly file: FileOnDisk & { readonly path: string };
  readonly facts: MediaFacts;
}

/** The best of several versions that can be aired; throws what is wrong with the first one where none can. */
export async function probeBest(
  files: readonly ProbedFile['file'][],
  probe: (file: string) => Promise<MediaFacts>,
  height: number,
): Promise<ProbedFile> {
  const found: ProbedFile[] = [];
  const failures: unknown[] = [];
  for (const file of files) {
    try {
      found.push({ file, facts: await probe(file.path) });
    } catch (error) {
      if (!hasCode(error, 'probe_failed')) throw error;
      failures.push(error);
    }
  }
  const best = bestVersion(found, height);
  if (best === undefined) throw failures[0];
  return best;
}

/**
 * The version that gives the best picture for the least work: as high as the highest quality that is offered, then one
 * that needs no tone mapping, then no more pixels than needed.
 */
function bestVersion(versions: readonly ProbedFile[], height: number): ProbedFile | undefined {
  const heightOf = ({ facts }: ProbedFile): number => Math.max(facts.height, (facts.width * 9) / 16);
  const filled = (version: ProbedFile): number => Math.min(heightOf(version), height);
  return versions.toSorted(
    (a, b) => filled(b) - filled(a) || Number(a.facts.hdr) - Number(b.facts.hdr) || heightOf(a) - heightOf(b),
  )[0];
}
