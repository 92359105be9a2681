import { expect, test } from '@jest/globals';
import { DiskOnCall } from '../../../src/library/disk/disk-on-call.ts';
import type { DiskProcess } from '../../../src/library/disk/disk-process.ts';
import { statesOf } from '../../../src/library/disk/file-states.ts';
import { WoundClock } from '../../support/wound-clock.ts';

test('who asks soon after another shares its process, which ends when nobody asks any more', async () => {
  const clock = new WoundClock(0);
  using onCall = new DiskOnCall({ clock });
  const process = () => onCall.ask(async (disk: DiskProcess) => disk);
  const first = await process();
  await clock.wind(29_000);
  expect(await process()).toBe(first);
  await clock.wind(29_000);
  expect(await onCall.ask((disk) => statesOf(disk, [import.meta.filename]))).toMatchObject([{}]);
  expect(first.hasEnded).toBe(false);
  await clock.wind(31_000);
  expect(first.hasEnded).toBe(true);
  expect(await onCall.ask((disk) => statesOf(disk, [import.meta.filename]))).toMatchObject([{}]);
});
