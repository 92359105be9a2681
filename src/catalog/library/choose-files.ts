import type { MediaFacts } from '../../ffmpeg/media-facts.ts';
import type { FileOnDisk } from '../../library/disk/file-states.ts';
import type { LibraryItem, MediaPart } from '../../library/library-item.ts';
import { hasCode } from '../../shared/errors.ts';
import type { FoundFile, ItemWithFiles } from './item-rows.ts';

/** How files are just now, in the same order; undefined for one that is not there. */
export type StatesOf = (files: readonly string[]) => Promise<readonly (FileOnDisk | undefined)[]>;

/**
 * The files of items that are to be aired. Of several versions it is the one that was chosen before, else the first that
 * is there; a film in several parts has no versions, since those have parts of their own.
 */
export async function chooseFiles(
  items: readonly LibraryItem[],
  chosenBefore: (id: string) => string | undefined,
  statesOf: StatesOf,
): Promise<ItemWithFiles[]> {
  const others = [...new Set(items.flatMap(othersOf).map(({ path }) => path))];
  const states = others.length === 0 ? [] : await statesOf(others);
  const found = new Map(others.map((file, index) => [file, states[index]]));
  return items.map((item) => filesOf(item, found, chosenBefore(item.id)));
}

/** The files of an item besides its first, whose state its library tells. */
function othersOf({ parts, versions }: LibraryItem): readonly MediaPart[] {
  return parts.length > 0 ? parts : versions;
}

function filesOf(
  item: LibraryItem,
  found: ReadonlyMap<string, FileOnDisk | undefined>,
  chosenBefore: string | undefined,
): ItemWithFiles {
  const { path, sizeBytes, modifiedMs } = item;
  const first: FoundFile = {
    path,
    state: sizeBytes === null || modifiedMs === null ? undefined : { sizeBytes, modifiedMs },
  };
  if (item.parts.length > 0 || item.versions.length === 0) {
    return { item, file: first, parts: item.parts.map((part) => ({ ...part, state: found.get(part.path) })) };
  }
  const versions = item.versions.map((version) => ({ path: version.path, state: found.get(version.path) }));
  const there = [first, ...versions].filter((file) => file.state !== undefined);
  return { item, file: there.find((file) => file.path === chosenBefore) ?? there[0] ?? first, parts: [] };
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
      if (!hasCode(error, 'probe_failed') && !hasCode(error, 'file_missing')) throw error;
      failures.push(error);
    }
  }
  const best = bestVersion(found, height);
  if (best === undefined) throw failures.find((error) => hasCode(error, 'probe_failed')) ?? failures[0];
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
