import type { Catalog } from '../catalog/catalog.ts';
import type { WithPlanning } from '../catalog/planning/planning.ts';
import { planningHere } from '../catalog/planning/planning-here.ts';
import { PlanningProcess } from '../catalog/planning/planning-process.ts';
import type { Common } from './parts.ts';
import { databaseFile } from './own-data.ts';

/** To plan from these takes less time than to start a process, and no memory to speak of. */
const FEW_ITEMS = 2000;

/** Planning: from few items in this process, else in one of its own, so that nobody waits for it who is answered. */
export function openPlanning(
  { settings, clock, closers, answering }: Pick<Common, 'settings' | 'clock' | 'closers' | 'answering'>,
  catalog: Catalog,
): WithPlanning {
  const here = planningHere(catalog, () => answering.isAnybody);
  const there = new PlanningProcess({ file: databaseFile(settings), clock });
  closers.add(() => there[Symbol.dispose]());
  return async (programmings, work) =>
    (await catalog.takesMoreThan(programmings, FEW_ITEMS)) ? there.use(programmings, work) : here(programmings, work);
}
