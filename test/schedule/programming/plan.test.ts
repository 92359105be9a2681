import { describe, expect, test } from '@jest/globals';
import { createGrid } from '../../../src/schedule/grid.ts';
import { Ledger } from '../../../src/schedule/programming/ledger.ts';
import type { ProgrammeLibrary } from '../../../src/schedule/programming/library.ts';
import { planBlocks } from '../../../src/schedule/programming/plan.ts';
import { episode, item, libraryOf, scheduled } from './samples.ts';

const grid = createGrid({ num: 25, den: 1 }, 2);
/** A Monday, midnight. */
const START = Date.UTC(2026, 5, 1) / 2000;
const minute = (count: number) => count * 60_000;
const HOUR = 1800;

/** Programme and time of each airing, in hours:minutes since the start. */
function plan(document: object, library: ProgrammeLibrary, hours: number): string[] {
  const blocks = planBlocks(
    { channelId: 'c', grid, timeZone: 'UTC', programming: scheduled(document), library, ledger: new Ledger() },
    START,
  );
  const lines: string[] = [];
  for (let end = START; end < START + hours * HOUR;) {
    const block = blocks.next().value;
    end = block.at(-1)?.stopSegment ?? end;
    for (const airing of block) {
      const what = 'itemId' in airing ? airing.itemId : airing.kind;
      lines.push(`${timeOf(airing.startSegment)} ${what}${airing.reelStart === 0 ? '' : ` from ${airing.reelStart}`}`);
    }
  }
  return lines;
}

function timeOf(segment: number): string {
  return new Date((segment - START) * 2000).toISOString().slice(11, 19).replace(/:00$/, '');
}

const films = libraryOf(item('a', { durationMs: minute(50) }), item('b', { durationMs: minute(70) }), item('c'));
const all = [{ kind: 'films' }];

describe('a channel', () => {
  test('goes through its films over and over', () => {
    expect(plan({ default: { content: all } }, films, 5)).toEqual([
      '00:00 a',
      '00:50 b',
      '02:00 c',
      '03:00 a',
      '03:50 b',
    ]);
  });

  test('begins when it is to begin', () => {
    expect(plan({ start_at: '2026-06-01T02:45:00+02:00', default: { content: all } }, films, 2)).toEqual([
      '00:00 off-air',
      '00:30 off-air',
      '00:45 a',
      '01:35 b',
    ]);
  });

  test('ends when all was shown, unless it loops', () => {
    expect(plan({ default: { content: all, loop: false } }, films, 4)).toEqual([
      '00:00 a',
      '00:50 b',
      '02:00 c',
      '03:00 off-air',
      '03:30 off-air',
    ]);
  });

  test('shows an item of several files as one, and what leaves only until then', () => {
    const two = item('two', { durationMs: minute(30), parts: [{ id: 'two b', durationMs: minute(20) }] });
    const leaving = item('leaving', { durationMs: minute(10), leavesMs: START * 2000 + minute(60) });
    const library = libraryOf(two, leaving);
    expect(plan({ default: { content: all } }, library, 2.4)).toEqual([
      ...['00:00 two', '00:30 two b', '00:50 leaving', '01:00 two', '01:30 two b', '01:50 two', '02:20 two b'],
    ]);
  });

  test('with nothing to show is off air', () => {
    expect(plan({}, films, 0.9)).toEqual(['00:00 off-air', '00:30 off-air']);
    expect(plan({ default: { content: [{ kind: 'show', show: 'Nothing' }] } }, films, 0.4)).toEqual(['00:00 off-air']);
  });
});

describe('dayparts', () => {
  const show = libraryOf(
    ...films.items,
    ...[1, 2, 3].map((number) => episode('S', 1, number, { durationMs: minute(25) })),
    item('trailer', { durationMs: minute(2), tags: ['t'] }),
    item('jingle', { durationMs: minute(1), tags: ['t'] }),
  );
  const part = (changes: object) => ({
    ...{ name: 'S', times: [{ from: '01:00', to: '02:00' }], content: [{ kind: 'show', show: 'S' }], ...changes },
  });
  const trailers = [{ content: [{ kind: 'query', where: { tag: ['t'] } }] }];
  const only = (...ids: string[]) => ({ content: [{ kind: 'items', ids }] });

  test('begin on time: what would run over is not started, and a card fills the time', () => {
    expect(plan({ default: only('a', 'b'), dayparts: [part({})] }, show, 2.5)).toEqual([
      '00:00 a',
      '00:50 card',
      '01:00 S 1x1',
      '01:25 S 1x2',
      '01:50 S 1x3',
      '02:15 b',
    ]);
  });

  test('have their time filled by what was shown least recently, and the rest by a card', () => {
    expect(plan({ default: only('a', 'b'), dayparts: [part({})], filler: trailers }, show, 1)).toEqual([
      '00:00 a',
      ...['00:50 trailer', '00:52 jingle', '00:53 trailer', '00:55 jingle', '00:56 trailer', '00:58 jingle'],
      '00:59 jingle',
    ]);
  });

  test('cut what would run over, where they are to', () => {
    expect(plan({ default: only('a', 'b'), dayparts: [part({ run_over: 'cut' })] }, show, 1.1)).toEqual([
      '00:00 a',
      '00:50 b',
      '01:00 S 1x1',
    ]);
  });

  test('may begin late, as far as they are allowed to', () => {
    const late = { default: only('b'), dayparts: [part({ late_minutes: 10 })] };
    expect(plan(late, show, 1.5)).toEqual(['00:00 b', '01:10 S 1x1']);
    const tooLate = { default: only('b'), dayparts: [part({ late_minutes: 9 })] };
    expect(plan(tooLate, show, 1.2)).toEqual(['00:00 card', '00:30 card', '01:00 S 1x1']);
  });

  test('that may begin later than they end begin all the same', () => {
    const news = { times: [{ from: '01:00', to: '01:30' }], late_minutes: 60 };
    const filled = { default: only('a', 'b'), dayparts: [part(news)] };
    expect(plan(filled, show, 1.4)).toEqual(['00:00 a', '00:50 card', '01:00 S 1x1']);
    const cut = { default: only('a', 'b'), dayparts: [part({ ...news, run_over: 'cut' })] };
    expect(plan(cut, show, 1.6)).toEqual(['00:00 a', '00:50 b', '01:29:58 S 1x1']);
  });

  test('show so many programmes each time, then the default', () => {
    expect(plan({ default: only('a', 'b'), dayparts: [part({ programmes: 1 })] }, show, 27)).toEqual(
      expect.arrayContaining(['01:00 S 1x1', '01:25 b', '01:00 S 1x2']),
    );
  });

  test('pass over what never fits', () => {
    const rules = { default: only('c', 'a'), dayparts: [part({ times: [{ from: '00:55', to: '24:00' }] })] };
    expect(plan(rules, show, 0.9)).toEqual(['00:00 a', '00:50 card']);
  });

  test('on dates go before those of every week', () => {
    const dated = part({
      name: 'Today',
      times: [{ dates: [{ from: '06-01', to: '06-01' }], from: '01:00', to: '01:30' }],
    });
    expect(plan({ dayparts: [part(only('a')), { ...dated, programmes: 1 }] }, show, 26.2)).toEqual(
      expect.arrayContaining(['01:00 S 1x1', '01:25 card', '01:30 a', '01:00 a']),
    );
  });
});

describe('breaks', () => {
  const marked = item('m', {
    durationMs: minute(60),
    chapters: [0, 20.01, 21, 40].map((at) => ({ startMs: minute(at) })),
    markedSegments: [
      { kind: 'intro', startMs: minute(1), endMs: minute(2) + 900 },
      { kind: 'outro', startMs: minute(58), endMs: minute(60) },
      { kind: 'commercial', startMs: minute(30), endMs: minute(31) },
    ],
  });
  const library = libraryOf(marked, item('x', { durationMs: 4000 }), item('y', { durationMs: 6000 }));
  const filler = [{ content: [{ kind: 'items', ids: ['x', 'y'] }] }];
  const content = [{ kind: 'items', ids: ['m'] }];

  test('at chapters interrupt a programme, which goes on where it stopped', () => {
    const midRoll = { at: 'chapters', count: 2, min_minutes: 10 };
    expect(plan({ default: { content, mid_roll: midRoll }, filler }, library, 1.002)).toEqual([
      ...['00:00 m', '00:20 x', '00:20:04 y', '00:20:10 m from 600'],
      ...['00:40:10 x', '00:40:14 y', '00:40:20 m from 1200'],
    ]);
  });

  test('at commercials come without any where there is no filler', () => {
    const midRoll = { at: 'commercials' };
    expect(plan({ default: { content, mid_roll: midRoll }, filler }, library, 0.9)).toEqual([
      ...['00:00 m', '00:30 x', '00:30:04 m from 900'],
    ]);
    expect(plan({ default: { content, mid_roll: midRoll } }, library, 0.9)).toEqual(['00:00 m']);
  });

  test('are not what leaves out an intro and an outro', () => {
    expect(plan({ default: { content, skip: ['intro', 'outro'] } }, library, 0.9)).toEqual([
      ...['00:00 m', '00:01 m from 60'],
    ]);
  });

  test('and leave nothing of a file that goes on after its outro for no more than a picture or two', () => {
    const longer = (moreMs: number) => {
      const { id: _, ...same } = { ...marked, durationMs: minute(60) + moreMs };
      return libraryOf(item('m', same));
    };
    const strand = { content, skip: ['outro'] };
    expect(plan({ default: strand }, longer(21), 1.5)).toEqual(['00:00 m', '00:58 m']);
    expect(plan({ default: strand }, longer(1900), 1.5).slice(0, 2)).toEqual(['00:00 m', '00:58 m from 1800']);
  });

  test('come after every second programme, and before the next half hour', () => {
    const rule = { content, between: { every: 2 }, pad_minutes: 30 };
    const lines = plan({ default: rule, filler }, library, 2.1);
    expect(lines.slice(0, 4)).toEqual(['00:00 m', '01:00 m', '02:00 x', '02:00:04 y']);
    expect(lines).not.toContain('01:00 x');
    const padded = plan({ default: rule, filler: [] }, libraryOf(item('m', { durationMs: minute(50) })), 1.5);
    expect(padded).toEqual(['00:00 m', '00:50 card', '01:00 m', '01:50 card']);
  });
});

describe('a library of thousands', () => {
  let looked = 0;
  const MANY = 5000;
  const large = libraryOf(
    ...Array.from({ length: MANY }, (_, index) => {
      const one = episode(`Show ${index % 50}`, 1, index, { originalAirDate: `20${10 + (index % 9)}-01-01` });
      return Object.defineProperty({ ...one }, 'id', { enumerable: true, get: () => (looked++, one.id) });
    }),
  );
  const query = [{ kind: 'query', where: { title: 'show' } }];

  test.each(['as_listed', 'season_episode', 'air_date', 'rotate', 'random'])(
    'is looked through in steps by the order "%s", so that others have their turn',
    (kind) => {
      const document = { default: { content: query, order: { kind }, pad_minutes: 30 }, filler: [{ content: query }] };
      const place = { channelId: 'c', grid, timeZone: 'UTC', programming: scheduled(document), ledger: new Ledger() };
      const blocks = planBlocks({ ...place, library: large }, START);
      let [steps, most] = [0, 0];
      for (let isPlanned = false; !isPlanned; steps++) {
        looked = 0;
        isPlanned = blocks.next().value.length > 0;
        if (!isPlanned) most = Math.max(most, looked);
      }
      expect(steps).toBeGreaterThan(MANY / 500);
      expect(most).toBeLessThanOrEqual(MANY / 10);
    },
  );
});
