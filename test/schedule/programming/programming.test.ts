import { expect, test } from '@jest/globals';
import { programming, programmingJSONSchema } from '../../../src/schedule/programming/programming.ts';
import { scheduled } from './samples.ts';

const show = { content: [{ kind: 'show', show: 'A' }] };
const part = (changes: object) => ({ name: 'Evening', times: [{ from: '18:00', to: '20:00' }], ...show, ...changes });

test('says what is left out', () => {
  expect(scheduled({ default: show, dayparts: [part({})] })).toMatchObject({
    filler: [],
    default: { loop: true, order: { kind: 'as_listed' }, skip: [], content: [{ weight: 1 }] },
    dayparts: [{ late_minutes: 0, run_over: 'fill', times: [{ days: expect.arrayContaining(['monday', 'sunday']) }] }],
  });
});

test.each([
  [{ kind: 'loop' }, 'kind'],
  [{ default: { content: [] } }, 'default.content'],
  [{ default: { content: [{ kind: 'shows', show: 'A' }] } }, 'default.content.0.kind'],
  [{ default: { ...show, colour: 'red' } }, 'default'],
  [{ default: { ...show, pad_minutes: 20 } }, 'default.pad_minutes'],
  [{ default: { content: [{ kind: 'query', where: { year: {} } }] } }, 'default.content.0.where.year'],
  [{ default: { content: [{ kind: 'query', where: { not: { any: [] } } }] } }, 'default.content.0.where.not.any'],
  [{ dayparts: [part({ times: [{ from: '24:00', to: '01:00' }] })] }, 'dayparts.0.times.0.from'],
  [{ dayparts: [part({ times: [{ from: '8:00', to: '25:00' }] })] }, 'dayparts.0.times.0.from'],
  [{ dayparts: [part({ times: [{ days: ['funday'], from: '08:00', to: '09:00' }] })] }, 'dayparts.0.times.0.days.0'],
  [{ dayparts: [part({}), part({})] }, 'dayparts'],
  [{ dayparts: [part({ late_minutes: -1 })] }, 'dayparts.0.late_minutes'],
  [{ start_at: 'tomorrow' }, 'start_at'],
  [{ default: { content: [{ kind: 'show', show: '' }] } }, 'default.content.0.show'],
  [
    { dayparts: [part({ content: [...show.content, { kind: 'season', show: '', season: 1 }] })] },
    'dayparts.0.content.1.show',
  ],
  [{ filler: [{ content: [{ kind: 'collection', name: '' }] }] }, 'filler.0.content.0.name'],
  [{ default: { content: [{ kind: 'items', ids: ['a', ''] }] } }, 'default.content.0.ids.1'],
  [{ default: { content: [{ kind: 'films', source: '' }] } }, 'default.content.0.source'],
  [{ kind: 'delay', channel_id: 'a', minutes: 5 }, 'minutes'],
])('%j is refused at %s', (document, path) => {
  const parsed = programming.safeParse({ kind: 'scheduled', ...document });
  expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
});

test.each([
  [{ from: '2026-12-24', to: '2026-12-26' }, true],
  [{ from: '12-24', to: '01-06' }, true],
  [{ from: '2026-12-26', to: '2026-12-24' }, false],
  [{ from: '2026-12-24', to: '01-06' }, false],
  [{ from: '13-01', to: '13-02' }, false],
])('dates such as %j are taken: %s', (dates, isTaken) => {
  const times = [{ dates: [dates], from: '08:00', to: '09:00' }];
  expect(programming.safeParse({ kind: 'scheduled', dayparts: [part({ times })] }).success).toBe(isTaken);
});

test.each([
  ['02-31', '03-01', 'from'],
  ['01-01', '02-30', 'to'],
  ['2026-02-29', '2026-03-01', 'from'],
  ['2026-04-01', '2026-04-31', 'to'],
  ['02-29', '02-29', undefined],
  ['2028-02-29', '2028-12-31', undefined],
])('dates from %s to %s are refused at %s', (from, to, end) => {
  const times = [
    { from: '08:00', to: '09:00' },
    {
      dates: [
        { from: '12-24', to: '12-26' },
        { from, to },
      ],
      from: '08:00',
      to: '09:00',
    },
  ];
  const { error } = programming.safeParse({ kind: 'scheduled', dayparts: [part({ times })] });
  const paths = error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(paths).toEqual(end === undefined ? [] : [`dayparts.0.times.1.dates.1.${end}`]);
});

test('has a JSON schema that names every part and nests queries', () => {
  const text = JSON.stringify(programmingJSONSchema());
  for (const word of ['dayparts', 'mid_roll', 'added_within_days', 'shows_apart', 'channel_id', '$ref']) {
    expect(text).toContain(`"${word}"`);
  }
});
