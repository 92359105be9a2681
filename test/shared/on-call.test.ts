import { expect, test } from '@jest/globals';
import { DiskProcess } from '../../src/library/disk/disk-process.ts';
import { statesOf } from '../../src/library/disk/file-states.ts';
import { OnCall } from '../../src/shared/on-call.ts';
import { WoundClock } from '../support/wound-clock.ts';

test('who asks soon after another shares its process, which ends when nobody asks any more', async () => {
  const clock = new WoundClock(0);
  using onCall = new OnCall({ open: () => new DiskProcess({ clock }), idleMs: 30_000, clock });
  const process = () => onCall.use(async (disk) => disk);
  const first = await process();
  await clock.wind(29_000);
  expect(await process()).toBe(first);
  await clock.wind(29_000);
  expect(await onCall.use((disk) => statesOf(disk, [import.meta.filename]))).toMatchObject([{}]);
  expect(first.hasEnded).toBe(false);
  await clock.wind(31_000);
  expect(first.hasEnded).toBe(true);
  expect(await onCall.use((disk) => statesOf(disk, [import.meta.filename]))).toMatchObject([{}]);
});
