import path from 'node:path';
import { expect, it, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import type { LibraryCensus } from '../../../src/catalog/library/library-census.ts';
import { suggestChannels } from '../../../src/catalog/line-up/suggest.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { film, facts, sourceOf, sync, temporaryFolder } from '../samples.ts';

const NOTHING: LibraryCensus = {
  ...{ genres: [], decades: [], shows: [], films: { items: 0, hours: 0 } },
  kids: { genre: [], certificate: [], items: 0, hours: 0 },
};
const RICH: LibraryCensus = {
  genres: [
    { name: 'Drama', items: 300, hours: 400 },
    { name: 'Animation', items: 20, hours: 15 },
    { name: 'Western', items: 3, hours: 6 },
    { name: 'Short', items: 50, hours: 4 },
  ],
  decades: [
    { name: '1980', items: 40, hours: 70 },
    { name: '1920', items: 2, hours: 3 },
  ],
  shows: [
    { name: 'Long Show', items: 200, hours: 80 },
    { name: 'Short Show', items: 6, hours: 3 },
  ],
  films: { items: 120, hours: 220 },
  kids: { genre: ['Animation'], certificate: ['TV-Y'], items: 40, hours: 20 },
};

test('a library that is rich in something has a channel of it, and none of what would soon be over', () => {
  const suggestions = suggestChannels(RICH, []);
  expect(suggestions.map(({ name }) => name)).toEqual([
    ...['Kids', 'Night Cinema', 'Drama', 'Animation', '1980s', 'Long Show at random'],
  ]);
  const [kids, cinema, drama, , decade] = suggestions;
  expect(kids?.programming).toMatchObject({
    dayparts: [{ content: [{ where: { any: [{ genre: ['Animation'] }, { certificate: ['TV-Y'] }] } }] }],
  });
  expect(cinema?.programming).toMatchObject({
    default: { order: { kind: 'rotate' } },
    dayparts: [{ times: [{ from: '20:00', to: '04:00' }], content: [{ where: { kind: 'film' } }] }],
  });
  expect(drama).toMatchObject({ group: 'Genres', programming: { default: { order: { shows_apart: true } } } });
  expect(decade?.programming).toMatchObject({
    default: { content: [{ where: { kind: 'film', year: { from: 1980, to: 1989 } } }] },
  });
  const seeds = suggestions.map(({ programming }) => 'seed' in programming && programming.seed);
  expect(new Set(seeds).size).toBe(suggestions.length);
});

it('suggests what is not there yet', () => {
  expect(suggestChannels(NOTHING, [])).toEqual([]);
  const names = suggestChannels(RICH, ['KIDS', 'drama']).map(({ name }) => name);
  expect(names).toEqual(['Night Cinema', 'Animation', '1980s', 'Long Show at random']);
});

const TAGGED = { genres: ['Family', 'animation', 'Children'], certificate: 'G' };
const FOR_ALL = { certificate: 'u' };

test.each([
  ['three that are tagged four times each', [TAGGED, TAGGED, TAGGED], 3],
  ['none that says so', [{ genres: ['Drama'], certificate: 'R' }], 0],
  [
    'eight, by genre or by certificate',
    [
      ...Array.from({ length: 4 }, () => ({ ...TAGGED, certificate: null })),
      ...Array.from({ length: 4 }, () => FOR_ALL),
    ],
    8,
  ],
])('of films for children each counts once: %s', async (_, films: readonly Parameters<typeof film>[1][], count) => {
  await using folder = await temporaryFolder();
  const catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), {
    ...{ logger: silentLogger, now: () => 0 },
  });
  const found = films.map((described, index) => film(`Film ${index}`, described));
  await sync(
    catalog,
    sourceOf('folder:/films', () => found),
  );
  for (const each of found) await catalog.items.setFacts(each, each, facts({ durationMs: 4 * 3_600_000 }));
  const census = await catalog.libraryReader.census();
  await catalog.close();
  expect(census.kids).toMatchObject({ items: count, hours: 4 * count });
  expect(suggestChannels(census, []).some(({ name }) => name === 'Kids')).toBe(count >= 8);
});
