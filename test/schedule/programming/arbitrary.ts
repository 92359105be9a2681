import * as fc from 'fast-check';
import type { ProgrammeItem, ProgrammeLibrary } from '../../../src/schedule/programming/library.ts';
import type { Scheduled } from '../../../src/schedule/programming/programming.ts';
import { episode, item, scheduled } from './samples.ts';

const GENRES = ['Comedy', 'Drama', 'Kids'];
const SHOWS = ['Ab', 'Bc', 'Cd'];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Everything is planned from here on: a Monday. */
export const START_MS = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;

const minutes = (min: number, max: number) => fc.integer({ min: min * 60_000, max: max * 60_000 });

/** Some leave on the day that is planned. */
const leavesMs = fc.oneof(fc.constant(null), fc.integer({ min: START_MS, max: START_MS + DAY_MS }));
const further = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(minutes(2, 30), { minLength: 1, maxLength: 2 }) },
);

/** What a library may know of anything. */
const described = fc.record({
  genres: fc.subarray(GENRES),
  year: fc.option(fc.integer({ min: 1960, max: 2026 })),
  certificate: fc.option(fc.constantFrom('G', 'PG', 'R')),
  stars: fc.option(fc.integer({ min: 0, max: 10 })),
  studios: fc.subarray(['Ufa', 'Éclair']),
  tags: fc.subarray(['night']),
  people: fc.subarray([{ name: 'Asta Nielsen' }]),
  libraries: fc.constantFrom(['Films'], ['TV']),
  addedMs: fc.option(fc.integer({ min: START_MS - 9 * DAY_MS, max: START_MS })),
  originalAirDate: fc.option(fc.constantFrom('1999-01-01', '2001-05-06', '2020-02-02')),
  durationMs: fc.option(minutes(10, 100), { freq: 15 }),
  chapters: fc.array(fc.record({ startMs: minutes(0, 90) }), { maxLength: 6 }),
  markedSegments: fc.array(
    fc
      .tuple(fc.constantFrom('intro', 'outro', 'commercial'), minutes(0, 90), minutes(0, 5))
      .map(([kind, startMs, lengthMs]) => ({ kind, startMs, endMs: startMs + lengthMs })),
    { maxLength: 3 },
  ),
});

/** Films, shows and shorts, in the order of the library. */
export const libraries: fc.Arbitrary<ProgrammeLibrary> = fc
  .record({
    films: fc.array(fc.tuple(described, further), { minLength: 1, maxLength: 6 }),
    episodes: fc.array(fc.tuple(fc.constantFrom(...SHOWS), fc.integer({ min: 0, max: 2 }), described), {
      minLength: 3,
      maxLength: 12,
    }),
    shorts: fc.array(fc.integer({ min: 15_000, max: 150_000 }), { maxLength: 4 }),
    leaving: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(leavesMs, { minLength: 1, maxLength: 22 }) },
    ),
  })
  .map(({ films, episodes, shorts, leaving }) => {
    const items: ProgrammeItem[] = [
      ...films.map(([changes, parts], index) => item(`film ${index}`, { ...changes, parts: partsOf(index, parts) })),
      ...episodes.map(([show, season, changes], index) => ({
        ...episode(show, season, index),
        ...changes,
        title: `Part ${index}`,
      })),
      ...shorts.map((durationMs, index) => item(`short ${index}`, { durationMs, tags: ['short'] })),
    ];
    return {
      items: items.map((one, index) => ({ ...one, leavesMs: leaving[index] ?? null })),
      collections: [{ name: 'Best', itemIds: items.filter((_, index) => index % 3 === 0).map(({ id }) => id) }],
    };
  });

function partsOf(film: number, durationsMs: readonly number[]): ProgrammeItem['parts'] {
  return durationsMs.map((durationMs, index) => ({ id: `film ${film} part ${index + 2}`, durationMs }));
}

const condition = fc.oneof(
  fc.constantFrom<object>({ kind: 'film' }, { kind: 'episode' }, { library: ['tv'] }, { source: ['folder:/films'] }),
  fc.subarray(GENRES, { minLength: 1 }).map((genre) => ({ genre })),
  fc.integer({ min: 1970, max: 2010 }).map((from) => ({ year: { from } })),
  fc.constantFrom<object>({ certificate: ['pg', 'g'] }, { stars: { from: 3, to: 9 } }, { studio: ['eclair'] }),
  fc.constantFrom<object>({ tag: ['Night'] }, { person: ['asta nielsen'] }, { duration_minutes: { to: 45 } }),
  fc.constantFrom<object>({ title: 'PART' }, { show: ['ab', 'cd'] }, { added_within_days: 7 }, {}),
);
const where = fc.oneof(
  { weight: 3, arbitrary: condition },
  { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }).map((all) => ({ all })) },
  { weight: 2, arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
  { weight: 1, arbitrary: condition.map((not) => ({ not })) },
);

const content = fc.oneof(
  fc.subarray(['film 0', 'film 1', 'film 2', 'film 3'], { minLength: 1 }).map((ids) => ({ kind: 'items', ids })),
  fc.constantFrom(...SHOWS).map((show) => ({ kind: 'show', show })),
  fc
    .tuple(fc.constantFrom(...SHOWS), fc.integer({ min: 0, max: 2 }))
    .map(([show, season]) => ({ kind: 'season', show, season })),
  fc.constant({ kind: 'films', source: 'folder:/films' }),
  fc.constant({ kind: 'collection', name: 'Best' }),
  where.map((query) => ({ kind: 'query', where: query })),
);

const distance = fc.integer({ min: 0, max: 8 });
const order = fc.oneof(
  fc.constantFrom<object>({ kind: 'as_listed' }, { kind: 'season_episode' }, { kind: 'air_date' }, { kind: 'rotate' }),
  fc.record({ kind: fc.constant('shuffle'), distance, shows_apart: fc.boolean() }),
  fc.record({ kind: fc.constant('random'), distance }),
);

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const strand = {
  content: fc.array(
    fc.tuple(content, fc.integer({ min: 1, max: 5 })).map(([one, weight]) => ({ ...one, weight })),
    { minLength: 1, maxLength: 3 },
  ),
  order,
  loop: fc.oneof({ weight: 7, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  skip: fc.subarray(['intro', 'outro']),
  pad_minutes: sometimes(fc.constantFrom(15, 30, 60)),
  between: sometimes(fc.record({ every: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 3 }) })),
  mid_roll: sometimes(
    fc.record({
      at: fc.constantFrom('chapters', 'commercials'),
      count: fc.integer({ min: 1, max: 2 }),
      min_minutes: fc.integer({ min: 0, max: 15 }),
    }),
  ),
};

const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '10', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const time = fc.record({
  days: fc.subarray(DAYS, { minLength: 3 }),
  dates: sometimes(
    fc.constantFrom(
      [{ from: '2026-06-02', to: '2026-06-02' }],
      [{ from: '05-20', to: '06-02' }],
      [{ from: '12-24', to: '06-03' }],
    ),
  ),
  from: clockTime,
  to: clockTime,
});
const daypart = fc.record({
  times: fc.array(time, { minLength: 1, maxLength: 2 }),
  programmes: sometimes(fc.integer({ min: 1, max: 3 })),
  late_minutes: fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
  ),
  run_over: fc.constantFrom('fill', 'cut'),
  ...strand,
});

const filler = fc.record({
  content: fc.constantFrom(
    [{ kind: 'query', where: { tag: ['short'] } }],
    [{ kind: 'items', ids: ['short 0', 'short 1'] }],
  ),
  use: fc.subarray(['gaps', 'between', 'mid_roll'], { minLength: 1 }),
});

/** Any programming that the schema allows, in documents as people would write them. */
export const programmings: fc.Arbitrary<Scheduled> = fc
  .record({
    seed: fc.nat(),
    start_at: fc.oneof(
      { weight: 7, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('2026-06-01T05:00:00+02:00') },
    ),
    default: fc.option(fc.record(strand), { nil: undefined, freq: 10 }),
    dayparts: fc
      .array(daypart, { maxLength: 3 })
      .map((parts) => parts.map((part, index) => ({ ...part, name: `Daypart ${index}` }))),
    filler: fc.array(filler, { maxLength: 3 }),
  })
  .map((document) => scheduled(JSON.parse(JSON.stringify(document)) as object));
