import { afterEach, beforeEach, expect, it, test } from '@jest/globals';
import sharp from 'sharp';
import { Pictures } from '../../src/drawing/pictures.ts';
import { childrenRunning } from '../support/children-running.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

const CARD = { heading: 'Films', label: 'Next at 20:00', title: 'Brazil' };

let clock: WoundClock;
let pictures: Pictures;
beforeEach(() => {
  clock = new WoundClock(0);
  pictures = new Pictures({ clock });
});
afterEach(async () => {
  pictures[Symbol.dispose]();
  await until('its process has ended', async () => (await makers()).length === 0);
});

const makers = () => childrenRunning('picture-child');

async function theMaker(): Promise<number> {
  const [pid, ...others] = await makers();
  expect(others).toEqual([]);
  if (pid === undefined) throw new Error('nobody makes pictures');
  return pid;
}

const photo = () => sharp({ create: { width: 900, height: 300, channels: 3, background: 'red' } });

test('pictures are made by one process, which ends a moment after the last one', async () => {
  expect(await makers()).toEqual([]);
  const bytes = await photo().jpeg().toBuffer();
  const made = await Promise.all([
    pictures.card(CARD),
    pictures.logo('Films', 1),
    pictures.resized(bytes, { width: 300, type: 'image/jpeg' }),
    pictures.resized(bytes, { width: 90, height: 90, type: 'image/png' }),
  ]);
  const seen = await Promise.all(made.map((picture) => sharp(picture).metadata()));
  expect(seen.map(({ format, width, height }) => [format, width, height])).toEqual([
    ['png', 1920, 1080],
    ['png', 512, 512],
    ['jpeg', 300, 100],
    ['png', 90, 30],
  ]);
  const pid = await theMaker();
  await clock.wind(2900);
  await pictures.logo('Shows', 1);
  expect(await theMaker()).toBe(pid);
  await clock.wind(2900);
  expect(await makers()).toEqual([pid]);
  await clock.wind(100);
  await until('it has ended', async () => (await makers()).length === 0);
  expect(await pictures.logo('Films', 1)).toEqual(made[1]);
});

test('a damaged picture is told, and keeps no other waiting', async () => {
  const damaged = (await photo().png().toBuffer()).subarray(0, 200);
  const refused = Promise.all(
    [1, 2, 3].map(() => expect(pictures.resized(damaged, { width: 90, type: 'image/png' })).rejects.toThrow(/png/i)),
  );
  const drawn = await pictures.logo('Films', 1);
  await refused;
  expect(await sharp(drawn).metadata()).toMatchObject({ width: 512 });
});

it.each([
  ['hangs', 'SIGSTOP', 20_000, 'it takes more than 20 seconds'],
  ['is killed', 'SIGKILL', 0, 'what makes it has ended; the machine may be out of memory'],
] as const)(
  'a process that %s is told in words, and the next picture has one of its own',
  async (_, signal, windMs, why) => {
    await pictures.logo('Films', 1);
    const pid = await theMaker();
    process.kill(pid, signal);
    const lost = expect(pictures.card(CARD)).rejects.toMatchObject({
      ...{ code: 'timeout', message: `the card "Films" cannot be made: ${why}` },
    });
    await clock.wind(windMs);
    await lost;
    expect(await sharp(await pictures.card(CARD)).metadata()).toMatchObject({ width: 1920 });
    expect(await theMaker()).not.toBe(pid);
  },
);

test('nothing is made any more when the sidecar stops', async () => {
  await pictures.logo('Films', 1);
  const begun = pictures.card(CARD);
  pictures[Symbol.dispose]();
  for (const picture of [begun, pictures.card(CARD)]) {
    await expect(picture).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('stops') });
  }
});
