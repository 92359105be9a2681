import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { gridOf } from '../../src/catalog/channels/channel.ts';
import { Planner } from '../../src/catalog/planning/planner.ts';
import { planningHere } from '../../src/catalog/planning/planning-here.ts';
import { segmentAt } from '../../src/schedule/grid.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { until } from '../support/until.ts';
import { addChannel, channel, episode, facts, film, sourceOf, sync, temporaryFolder } from './samples.ts';

const CHANNELS = 4;
const KILLS = 5;
const DAY_MS = 86_400_000;

test('a sidecar that is killed while channels are changed leaves them all as before, or all changed, and plans on', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const clock = systemClock();
  const open = () => openCatalog(file, { logger: silentLogger, now: () => clock.now() });
  const items = [film('film'), episode('Show', 1)];
  const first = await open();
  await sync(
    first,
    sourceOf('folder:/films', () => items),
  );
  for (const item of items) await first.items.setFacts(item, item, facts({ durationMs: 60_000 }));
  for (let index = 0; index < CHANNELS; index++) {
    await addChannel(
      first,
      channel(`channel ${index}`, index + 1, { name: `films ${index}`, origin: { kind: 'made' } }),
    );
  }
  await first.close();

  const [loader, script] = ['typescript.mjs', 'endless-edits.mjs'].map((name) =>
    path.join(import.meta.dirname, '../support', name),
  );
  for (let kill = 1; kill <= KILLS; kill++) {
    const child = spawn(process.execPath, ['--import', loader!, script!, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let edits = 0;
      child.stdout.on('data', (text: Buffer) => (edits += String(text).length));
      await until('it is at work', () => edits >= kill);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const catalog = await open();
    try {
      expect(catalog.recovered).toBe(false);
      const channels = await catalog.channels.listAll();
      const states = new Set(channels.map(({ name }) => name.split(' ')[0]));
      expect([channels.length, states.size]).toEqual([CHANNELS, 1]);
      const span = { horizonMs: DAY_MS, leastMs: DAY_MS, keepMs: DAY_MS };
      await new Planner({ catalog, withPlanning: planningHere(catalog), clock, timeZone: 'UTC', span }).extend();
      for (const one of channels) {
        const airings = await catalog.airings.all(one.id);
        for (const [index, { startSegment }] of airings.entries()) {
          if (index > 0) expect(startSegment).toBe(airings[index - 1]!.stopSegment);
        }
        const last = airings.at(-1)!;
        expect(last.stopSegment).toBeGreaterThan(segmentAt(gridOf(one), clock.now() + DAY_MS));
        expect(last).toMatchObject({ itemId: states.has('show') ? 'Show 1' : 'film' });
      }
    } finally {
      await catalog.close();
    }
  }
}, 120_000);
