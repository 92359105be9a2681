import { expect, test } from '@jest/globals';
import { query } from '../../../src/schedule/programming/content.ts';
import { compileQuery } from '../../../src/schedule/programming/query.ts';
import { episode, item } from './samples.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const ITEMS = [
  item('amélie', {
    ...{ title: 'Le Fabuleux Destin d’Amélie Poulain', genres: ['Comedy', 'Romance'], year: 2001, stars: 8.3 },
    ...{ certificate: 'R', studios: ['UGC'], people: [{ name: 'Audrey Tautou' }], libraries: ['Films'] },
    ...{ durationMs: 61 * 60_000, parts: [{ id: 'further', durationMs: 61 * 60_000 }], addedMs: NOW_MS - 10 * DAY_MS },
  }),
  item('frozen', {
    ...{ title: 'Frozen', genres: ['Family'], year: 2013, stars: 7.4, certificate: 'PG', tags: ['winter'] },
    ...{ source: 'jellyfin:/config', libraries: ['Kids'], durationMs: 102 * 60_000, addedMs: NOW_MS - DAY_MS },
  }),
  episode('Maigret', 1, 2, { title: 'La Tête d’un homme', genres: ['Crime'], year: 1991 }),
  item('unknown', { durationMs: null }),
];

test.each<[object, string[]]>([
  [{}, ['amélie', 'frozen', 'Maigret 1x2', 'unknown']],
  [{ library: ['films', 'KIDS'] }, ['amélie', 'frozen']],
  [{ source: ['jellyfin:/config'] }, ['frozen']],
  [{ kind: 'episode' }, ['Maigret 1x2']],
  [{ show: ['maigret'] }, ['Maigret 1x2']],
  [{ genre: ['romance', 'crime'] }, ['amélie', 'Maigret 1x2']],
  [{ year: { from: 2001, to: 2001 } }, ['amélie']],
  [{ year: { to: 2012 } }, ['amélie', 'Maigret 1x2']],
  [{ certificate: ['pg'] }, ['frozen']],
  [{ stars: { from: 7.5 } }, ['amélie']],
  [{ studio: ['ugc'] }, ['amélie']],
  [{ tag: ['Winter'] }, ['frozen']],
  [{ person: ['audrey tautou'] }, ['amélie']],
  [{ duration_minutes: { from: 60, to: 110 } }, ['frozen']],
  [{ duration_minutes: { from: 122, to: 122 } }, ['amélie']],
  [{ added_within_days: 2 }, ['frozen']],
  [{ title: 'amelie' }, ['amélie']],
  [{ title: 'MAIG' }, ['Maigret 1x2']],
  [{ title: 'tete' }, ['Maigret 1x2']],
  [{ kind: 'film', year: { from: 2010 } }, ['frozen']],
  [{ any: [{ tag: ['winter'] }, { kind: 'episode' }] }, ['frozen', 'Maigret 1x2']],
  [{ all: [{ kind: 'film' }, { not: { genre: ['family'] } }] }, ['amélie', 'unknown']],
  [{ not: { any: [{ kind: 'film' }, { title: 'x' }] } }, ['Maigret 1x2']],
])('%j finds %j', (asked, ids) => {
  const matches = compileQuery(query.parse(asked));
  expect(ITEMS.filter((one) => matches(one, NOW_MS)).map(({ id }) => id)).toEqual(ids);
});
