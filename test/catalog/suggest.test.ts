import { expect, it, test } from '@jest/globals';
import type { LibraryCensus } from '../../src/catalog/library-census.ts';
import { suggestChannels } from '../../src/catalog/suggest.ts';

const NOTHING: LibraryCensus = {
  ...{ genres: [], decades: [], shows: [], certificates: [], films: { items: 0, hours: 0 } },
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
  certificates: [
    { name: 'PG-13', items: 100, hours: 180 },
    { name: 'TV-Y', items: 30, hours: 10 },
  ],
  films: { items: 120, hours: 220 },
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
