// A process of its own: a large library makes a large heap, and all who are answered would wait whenever that is cleaned
// up. It ends a while after it was needed, and what it took is given back.
import { setImmediate } from 'node:timers/promises';
import { setNiceness } from '../../ffmpeg/priority.ts';
import type { Scheduled } from '../../schedule/programming/programming.ts';
import { silentLogger } from '../../shared/logger.ts';
import { Slices } from '../../shared/slices.ts';
import { Airings } from '../airings.ts';
import { openReader } from '../database.ts';
import { LibraryPlanning } from './library-planning.ts';
import type { Planning, PlanRequest, PreviewRequest, SampleRequest } from './planning.ts';
import { readProgrammeLibrary } from './programme-library.ts';

/** What it can be asked for: to read what programmings can show, to answer from that, and to forget it. */
export interface PlanningTasks {
  readonly read: readonly Scheduled[];
  readonly planned: PlanRequest;
  readonly previewed: PreviewRequest;
  readonly sampled: SampleRequest;
  readonly forget: undefined;
}

/** What is given with a task: `reading` is the number of what was read. */
export interface Given<Task extends keyof PlanningTasks> {
  readonly reading: number;
  readonly request: PlanningTasks[Task];
}

type Asked = {
  [Task in keyof PlanningTasks]: { id: number; task: Task; given: Given<Task> };
}[keyof PlanningTasks];

/** Whoever tunes in comes first; as what is developed ahead: somebody may wait for the plan. */
const NICENESS = 5;

const [file = ''] = process.argv.slice(2);
setNiceness(process.pid, NICENESS);
const knex = openReader(file, silentLogger);
const airings = new Airings(knex);
const slices = new Slices({ rest: setImmediate });
const readings = new Map<number, Planning>();

async function answerTo({ task, given }: Asked): Promise<unknown> {
  switch (task) {
    case 'read': {
      const library = await readProgrammeLibrary(knex, given.request, slices);
      readings.set(given.reading, new LibraryPlanning({ library, airings, slices }));
      return undefined;
    }
    case 'planned':
      return planningOf(given).planned(given.request);
    case 'previewed':
      return planningOf(given).previewed(given.request);
    case 'sampled':
      return planningOf(given).sampled(given.request);
    case 'forget':
      readings.delete(given.reading);
      return undefined;
  }
}

function planningOf({ reading }: { readonly reading: number }): Planning {
  const planning = readings.get(reading);
  if (planning === undefined) throw new Error('nothing was read to plan from');
  return planning;
}

process.on('message', (asked: Asked) => {
  const { id } = asked;
  answerTo(asked).then(
    (result) => process.send?.({ id, result }),
    ({ message, code }: NodeJS.ErrnoException) => process.send?.({ id, problem: { message, code } }),
  );
});
process.on('disconnect', () => process.exit());
// Meant for who started it, which ends it when nobody waits any more.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
process.send?.({ id: 0, isAlive: true });
