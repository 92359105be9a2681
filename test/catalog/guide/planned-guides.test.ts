import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { Planner } from '../../../src/catalog/planning/planner.ts';
import { planningHere } from '../../../src/catalog/planning/planning-here.ts';
import { programming } from '../../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { renderXmltv } from '../../../src/tuner/xmltv/xmltv.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { channel, episode, facts, film, sourceOf, sync, temporaryFolder } from '../samples.ts';

const DTD = '/usr/share/xmltv/xmltv.dtd';
const START_MS = Date.UTC(2026, 5, 1, 6);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SPAN = { horizonMs: 2 * DAY_MS, leastMs: DAY_MS, keepMs: DAY_MS };
/** Quotes, another way of writing, a picture, what XML forbids, and what ends its sections. */
const ODD = ['A "quoted" & <marked> one', 'שלום עולם', '🎬 👩‍👩‍👧', 'bell\u0007 and null\u0000', ']]>', '\ud800 half'];

const FILMS = ODD.map((title, index) =>
  film(`film ${index}`, {
    ...{ title, overview: title, genres: [title], tags: [title], certificate: title },
    people: [{ name: title, role: title, kind: 'actor' }],
    chapters: [{ startMs: 30 * MINUTE_MS, title }],
  }),
);
const EPISODES = ODD.map((title, index) => episode('A "Show" & ]]>', index + 1, { title, overview: title }));
const SHORTS = ODD.map((title, index) => episode('Shorts', index + 1, { title }));

const SHUFFLED = { content: [{ kind: 'films' }], order: { kind: 'shuffle' } };
const FILLER = [{ content: [{ kind: 'show', show: 'Shorts' }] }];
const EVENING = { name: 'Evening', times: [{ from: '18:00', to: '20:00' }] };
const SHOW = { content: [{ kind: 'show', show: 'A "Show" & ]]>' }] };
const NOTHING = 'nothing at all';
const KINDS = {
  films: { default: SHUFFLED },
  'a show': { default: SHOW },
  'a season': { default: { content: [{ kind: 'season', show: 'A "Show" & ]]>', season: 1 }] } },
  'a collection': { default: { content: [{ kind: 'collection', name: ']]>' }] } },
  dayparts: { default: SHUFFLED, dayparts: [{ ...EVENING, ...SHOW }], filler: FILLER },
  filler: { default: { ...SHUFFLED, pad_minutes: 30, between: { every: 2 } }, filler: FILLER },
  'mid-rolls': { default: { ...SHUFFLED, mid_roll: { at: 'chapters' } }, filler: FILLER },
  cards: { default: { ...SHUFFLED, pad_minutes: 60 } },
  'off air': { dayparts: [{ ...EVENING, ...SHOW }] },
  [NOTHING]: {},
};

const judge = spawnSync('tv_validate_file', ['--help']).error === undefined && existsSync(DTD) ? test : test.skip;
judge('tv_validate_file finds nothing to say about what was planned by each kind of programming', async () => {
  await using folder = await temporaryFolder();
  const clock = new WoundClock(START_MS);
  const catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), {
    logger: silentLogger,
    now: () => START_MS,
  });
  const collection = { hostId: 'best', name: ']]>', kind: 'collection' as const, itemIds: FILMS.map(({ id }) => id) };
  await sync(
    catalog,
    sourceOf(
      'folder:/films',
      () => [...FILMS, ...EPISODES, ...SHORTS],
      () => [collection],
    ),
  );
  for (const each of FILMS) await catalog.items.setFacts(each, each, facts({ durationMs: 95 * MINUTE_MS }));
  for (const each of EPISODES) await catalog.items.setFacts(each, each, facts({ durationMs: 24 * MINUTE_MS }));
  for (const each of SHORTS) await catalog.items.setFacts(each, each, facts({ durationMs: MINUTE_MS }));
  const made = Object.entries({ ...KINDS, 'a delay': undefined }).map(([kind, rules], index) =>
    channel(`channel-${index}`, index + 1, {
      ...{ name: `${kind} ${ODD[index % ODD.length]}`, origin: { kind: 'made' }, timeZone: 'Europe/Berlin' },
      programming: programming.parse(
        rules === undefined ? { kind: 'delay', channel_id: 'channel-0', minutes: 60 } : { kind: 'scheduled', ...rules },
      ),
    }),
  );
  await new Planner({ catalog, withPlanning: planningHere(catalog), clock, timeZone: 'UTC', span: SPAN }).edit(() => ({
    channels: made,
  }));
  const kinds = new Set<string>();
  for (const { id } of made) for (const { kind } of await catalog.airings.all(id)) kinds.add(kind);
  expect([...kinds].sort()).toEqual(['card', 'filler', 'off-air', 'programme']);

  const told = new Map<string, number>();
  const document = renderXmltv({
    ...{ channels: made, baseUrl: 'http://127.0.0.1:8765', fromMs: START_MS, toMs: START_MS + 2 * DAY_MS },
    async programmesOf({ id }) {
      const [of = made[0]!] = made.filter((each) => each.id === id);
      const programmes = await catalog.guide.programmes(of, START_MS, START_MS + 2 * DAY_MS);
      told.set(id, programmes.length);
      return programmes;
    },
    describe: (ids) => catalog.guide.items(ids),
  });
  const file = path.join(folder.path, 'guide.xml');
  await writeFile(file, document);
  await catalog.close();
  for (const { id, name } of made) {
    if (name.startsWith(NOTHING)) expect(told.get(id)).toBe(0);
    else expect(told.get(id)).toBeGreaterThan(5);
  }
  const { status, stdout, stderr } = spawnSync('tv_validate_file', ['--dtd-file', DTD, file], { encoding: 'utf8' });
  expect({ status, said: (stdout + stderr).trim() }).toEqual({ status: 0, said: 'Validated ok.' });
});
