import { expect, test } from '@jest/globals';
import { Announcement } from '../../../src/tuner/responders/announcement.ts';
import { until } from '../../support/until.ts';
import { WoundClock } from '../../support/wound-clock.ts';

const MINUTE_MS = 60_000;

/** What it looks at each time in turn, then the last one for good, and all that it does about it. */
async function announced(sights: readonly (readonly string[] | Error)[]) {
  const clock = new WoundClock(0);
  const log: string[] = [];
  let looks = 0;
  const announcement = await Announcement.begin({
    clock,
    async look() {
      const sight = sights[Math.min(looks++, sights.length - 1)] ?? [];
      if (sight instanceof Error) throw sight;
      return sight;
    },
    async open(what) {
      if (what.includes('taken')) throw new Error('the port is taken');
      log.push(`opens ${what.join(',')}`);
      return { close: async () => void log.push(`closes ${what.join(',')}`) };
    },
    tell: (problem) => log.push(problem ?? 'well'),
  });
  for (let minute = 1; minute < sights.length; minute++) {
    await clock.wind(MINUTE_MS);
    await until('it has looked', () => looks > minute);
  }
  await announcement.close();
  await clock.wind(MINUTE_MS);
  expect(looks).toBe(sights.length);
  return log;
}

const NOBODY = new Error('nobody is there');

test.each<[string, (readonly string[] | Error)[], string[]]>([
  ['what stays as it is is told once', [['a'], ['a'], ['a']], ['opens a', 'well', 'closes a']],
  ['what comes later is made known then', [NOBODY, NOBODY, ['a']], ['nobody is there', 'opens a', 'well', 'closes a']],
  ['what has gone is known no longer', [['a'], NOBODY], ['opens a', 'well', 'closes a', 'nobody is there']],
  [
    'what has changed is made known anew',
    [['a'], ['a', 'b']],
    ['opens a', 'well', 'closes a', 'opens a,b', 'closes a,b'],
  ],
  ['what cannot be opened is tried again', [['taken'], ['a']], ['the port is taken', 'opens a', 'well', 'closes a']],
])('%s', async (_what, sights, expected) => {
  expect(await announced(sights)).toEqual(expected);
});
