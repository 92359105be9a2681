import type { LibraryItem } from '../../library/library-item.ts';
import type { FileState } from './catalog-item.ts';

/** A file that is looked at twice, this far apart, and is the same, is complete. */
export const STABLE_MS = 2000;
/** Nobody is still writing to a file that was last written this long ago (clocks of file servers differ). */
const OLD_MS = 3_600_000;

interface Look {
  readonly state: FileState;
  readonly atMs: number;
}

/** Keeps files out that are still being written: also those that were half there when the sidecar started. */
export class Intake {
  readonly #looks = new Map<string, Look>();

  /** Sorts what a library holds into files that are complete and those to look at again after `STABLE_MS`. */
  sort(
    items: readonly LibraryItem[],
    known: ReadonlyMap<string, Pick<FileState, 'sizeBytes' | 'modifiedMs'>>,
    nowMs: number,
  ): { complete: LibraryItem[]; growing: LibraryItem[] } {
    const complete: LibraryItem[] = [];
    const growing: LibraryItem[] = [];
    for (const item of items) {
      const isComplete = this.#isComplete(item, known.get(item.id), nowMs);
      if (isComplete) this.#looks.delete(item.id);
      (isComplete ? complete : growing).push(item);
    }
    return { complete, growing };
  }

  #isComplete(
    { id, sizeBytes, modifiedMs }: LibraryItem,
    known: Pick<FileState, 'sizeBytes' | 'modifiedMs'> | undefined,
    nowMs: number,
  ): boolean {
    // Nobody is writing to a file that is not there.
    if (sizeBytes === null || modifiedMs === null) return true;
    const state = { id, sizeBytes, modifiedMs };
    return isSame(known, state) || nowMs - modifiedMs > OLD_MS || this.#stoodStill(state, nowMs);
  }

  #stoodStill(state: FileState, nowMs: number): boolean {
    const look = this.#looks.get(state.id);
    if (isSame(look?.state, state)) return nowMs - (look?.atMs ?? nowMs) >= STABLE_MS;
    this.#looks.set(state.id, { state, atMs: nowMs });
    return false;
  }
}

function isSame(a: Pick<FileState, 'sizeBytes' | 'modifiedMs'> | undefined, b: FileState): boolean {
  return a !== undefined && a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs;
}
