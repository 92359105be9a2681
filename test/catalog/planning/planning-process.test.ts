import { getPriority } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import type { Channel } from '../../../src/catalog/channels/channel.ts';
import { withProgramming } from '../../../src/catalog/channels/channel-changes.ts';
import { Planner } from '../../../src/catalog/planning/planner.ts';
import type { Planning, WithPlanning } from '../../../src/catalog/planning/planning.ts';
import { planningHere } from '../../../src/catalog/planning/planning-here.ts';
import { PlanningProcess } from '../../../src/catalog/planning/planning-process.ts';
import { programming, type Scheduled } from '../../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { childrenRunning } from '../../support/children-running.ts';
import { until } from '../../support/until.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { addChannel, channel, episode, facts, film, sourceOf, sync, temporaryFolder } from '../samples.ts';

const START_MS = Date.UTC(2026, 5, 1, 6);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN = { horizonMs: 3 * DAY_MS, leastMs: DAY_MS, keepMs: DAY_MS };
const RULES = scheduled({
  default: { content: [{ kind: 'films' }], order: { kind: 'shuffle', distance: 2 }, pad_minutes: 30 },
  filler: [{ content: [{ kind: 'show', show: 'Shorts' }] }],
  seed: 1,
});
const FILMS = [47, 63, 95, 110].map((minutes) => film(`${minutes}`));
const SHORTS = [1, 2].map((number) => episode('Shorts', number));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let clock: WoundClock;
let catalog: Catalog;
let made: PlanningProcess;
let there: WithPlanning;
let here: WithPlanning;

beforeEach(async () => {
  folder = await temporaryFolder();
  clock = new WoundClock(START_MS);
  const file = path.join(folder.path, 'sidecast.db');
  catalog = await openCatalog(file, { logger: silentLogger, now: () => clock.now() });
  await sync(
    catalog,
    sourceOf('folder:/films', () => [...FILMS, ...SHORTS]),
  );
  for (const each of FILMS) await catalog.items.setFacts(each, each, facts({ durationMs: Number(each.id) * 60_000 }));
  for (const each of SHORTS) await catalog.items.setFacts(each, each, facts({ durationMs: 40_000 }));
  made = new PlanningProcess({ file, clock });
  there = (programmings, work) => made.use(programmings, work);
  here = planningHere(catalog);
});
afterEach(async () => {
  made[Symbol.dispose]();
  await until('its process has ended', async () => (await planners()).length === 0);
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

function scheduled(rules: object): Scheduled {
  const parsed = programming.parse({ kind: 'scheduled', ...rules });
  if (parsed.kind !== 'scheduled') throw new Error('it is no schedule');
  return parsed;
}

const planners = () => childrenRunning('planning-child');

async function thePlanner(): Promise<number> {
  const [pid, ...others] = await planners();
  expect(others).toEqual([]);
  if (pid === undefined) throw new Error('nobody plans');
  return pid;
}

function plannerWith(withPlanning: WithPlanning): Planner {
  return new Planner({ catalog, withPlanning, clock, timeZone: 'UTC', span: SPAN });
}

async function add(id: string, rules: object = RULES): Promise<Channel> {
  const added = channel(id, 1, { number: id, name: id, programming: programming.parse(rules) });
  await addChannel(catalog, added);
  return added;
}

const of = channel('a', 1);
const place = { channel: of, aheadSeconds: 0, nowMs: START_MS, programming: RULES, timeZone: 'UTC', span: SPAN };
const format = { frameRate: of.frameRate, segmentSeconds: of.segmentSeconds };

it.each<[string, (planning: Planning) => Promise<unknown>]>([
  ['a plan', (planning) => planning.planned({ ...place, wish: 'extended' })],
  ['a preview', (planning) => planning.previewed({ ...place, ...format, untilMs: START_MS + DAY_MS })],
  ['a sample', (planning) => planning.sampled(place)],
])('%s is the same as one that is made in this process', async (_, asked) => {
  const answer = await there([RULES], asked);
  expect(answer).toEqual(await here([RULES], asked));
  expect(JSON.stringify(answer)).toContain('110');
});

test('one process plans for all, at a lower priority, and ends a while after the last plan', async () => {
  for (const id of ['1', '2']) await add(id);
  const planner = plannerWith(there);
  await Promise.all([planner.extend(), planner.edit((channels) => ({ channels: [...channels] }), { cutNow: '1' })]);
  const pid = await thePlanner();
  expect(getPriority(pid)).toBe(5);
  await clock.wind(19_900);
  expect(await planners()).toEqual([pid]);
  await clock.wind(100);
  await until('it has ended', async () => (await planners()).length === 0);
});

test('edits and delays are planned as in this process', async () => {
  const changed = scheduled({ default: { content: [{ kind: 'show', show: 'Shorts' }] } });
  const plans: unknown[] = [];
  for (const withPlanning of [here, there]) {
    await catalog.channels.edit(() => ({ channels: [] }));
    await add('1');
    await add('2', { kind: 'delay', channel_id: '1', minutes: 60 });
    const planner = plannerWith(withPlanning);
    await planner.extend();
    await planner.edit((channels) => ({ channels: withProgramming(channels, '1', changed) }), { cutNow: '1' });
    plans.push([await catalog.airings.all('1'), await catalog.airings.all('2')]);
  }
  expect(plans[1]).toEqual(plans[0]);
  expect(JSON.stringify(plans[0])).toContain('Shorts 1');
});

test('a plan whose process is killed is made by another one', async () => {
  for (const id of ['1', '2', '3']) await add(id);
  const killed: number[] = [];
  const killing: WithPlanning = (programmings, work) =>
    there(programmings, (planning) =>
      work({
        ...planning,
        async planned(request) {
          if (request.channel.id === '2' && killed.length === 0) {
            killed.push(await thePlanner());
            killed.forEach((pid) => process.kill(pid, 'SIGKILL'));
          }
          return planning.planned(request);
        },
      }),
    );
  await plannerWith(killing).extend();
  expect(killed).not.toEqual(await planners());
  const [first = [], ...others] = await Promise.all(['1', '2', '3'].map((id) => catalog.airings.all(id)));
  expect(first.at(-1)?.stopSegment).toBeGreaterThan(first[0]!.startSegment + (3 * DAY_MS) / 2000);
  for (const airings of others) {
    expect(airings).toEqual(first.map((airing) => ({ ...airing, channelId: airings[0]!.channelId })));
  }
});

it.each([
  ['is killed again and again', 'SIGKILL', 0, 'what plans them has ended; the machine may be out of memory'],
  ['hangs again and again', 'SIGSTOP', 120_000, 'it takes more than 120 seconds'],
] as const)('a process that %s leaves all as it was, and is told in words', async (_, signal, windMs, why) => {
  await add('1');
  let lost = 0;
  const edited = plannerWith((programmings, work) =>
    there(programmings, async (planning) => {
      process.kill(await thePlanner(), signal);
      lost++;
      const answer = work(planning);
      await clock.wind(windMs);
      return answer;
    }),
  ).edit(
    (channels) => ({ channels: channels.map((each) => ({ ...each, name: 'another', timeZone: 'Europe/Berlin' })) }),
    { cutNow: '1' },
  );
  await expect(edited).rejects.toMatchObject({
    ...{ code: 'timeout', message: `channels cannot be planned: ${why}` },
  });
  expect(lost).toBe(2);
  expect(await catalog.channels.get('1')).toMatchObject({ name: '1', timeZone: null });
  expect(await catalog.airings.all('1')).toEqual([]);
});

test('nothing is planned any more when the sidecar stops', async () => {
  await there([RULES], (planning) => planning.sampled(place));
  const begun = there([RULES], (planning) => planning.sampled(place));
  made[Symbol.dispose]();
  for (const asked of [begun, there([RULES], (planning) => planning.sampled(place))]) {
    await expect(asked).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('stops') });
  }
});
