import { expect, it } from '@jest/globals';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { parseSettings } from '../../src/config.ts';
import { programming } from '../../src/schedule/programming/programming.ts';
import { Answering } from '../../src/shared/answering.ts';
import { Closers } from '../../src/shared/closers.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { databaseFile } from '../../src/wiring/own-data.ts';
import { openPlanning } from '../../src/wiring/planning.ts';
import { episode, film, sourceOf, sync, temporaryFolder } from '../catalog/samples.ts';
import { childrenRunning } from '../support/children-running.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

const FILMS = Array.from({ length: 1999 }, (_, index) => film(`film ${index}`, { durationMs: 60_000 }));
const EPISODES = [1, 2].map((number) => episode('Show', number, { durationMs: 60_000 }));
const ALL = { kind: 'query', where: {} };

it.each([
  ['that names few items of a large library', [{ kind: 'show', show: 'Show' }], 0, 2],
  ['of as many items as are planned here', [{ kind: 'films' }], 0, 1999],
  ['of more items', [ALL], 1, 2001],
  ['of more items in more ways', [{ kind: 'films' }, { kind: 'show', show: 'Show' }], 1, 2001],
])('programming %s is planned where it takes the least', async (_, content, processes, items) => {
  await using folder = await temporaryFolder();
  const closers = new Closers();
  const clock = new WoundClock(0);
  const settings = parseSettings({ env: { SIDECAST_DATA_DIR: folder.path } });
  const now = () => clock.now();
  const catalog = await openCatalog(databaseFile(settings), { logger: silentLogger, now });
  closers.add(() => catalog.close());
  try {
    await sync(
      catalog,
      sourceOf('folder:/films', () => [...FILMS, ...EPISODES]),
    );
    const withPlanning = openPlanning({ settings, clock, closers, answering: new Answering() }, catalog);
    const asked = programming.parse({ kind: 'scheduled', default: { content } });
    if (asked.kind !== 'scheduled') throw new Error('it is no schedule');
    const sample = await withPlanning([asked], (planning) => planning.sampled({ programming: asked, nowMs: 0 }));
    expect(sample).toHaveLength(items < 200 ? items : Math.ceil(items / Math.floor(items / 200)));
    expect(await childrenRunning('planning-child')).toHaveLength(processes);
  } finally {
    await closers.close();
  }
  await until('it ends with the sidecar', async () => (await childrenRunning('planning-child')).length === 0);
});
