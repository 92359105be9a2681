import { Slices } from '../../shared/slices.ts';
import type { Catalog } from '../catalog.ts';
import { LibraryPlanning } from './library-planning.ts';
import type { WithPlanning } from './planning.ts';

/** Planning in this process, in slices: while `isAnswering` says that somebody waits for an answer, it gives way. */
export function planningHere(
  { airings, programmeLibrary }: Pick<Catalog, 'airings' | 'programmeLibrary'>,
  isAnswering: () => boolean = () => false,
): WithPlanning {
  const slices = new Slices({ isAnswering });
  return async (programmings, work) =>
    work(new LibraryPlanning({ library: await programmeLibrary(programmings, slices), airings, slices }));
}
