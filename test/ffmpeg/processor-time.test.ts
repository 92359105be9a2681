import { execa } from 'execa';
import { expect, it, test } from '@jest/globals';
import { endFamily, familyOf } from '../../src/shared/process-family.ts';
import { until } from '../support/until.ts';
import { parseProcStat, parsePsTime, processorSeconds } from '../../src/ffmpeg/processor-time.ts';

it.each([
  ['seconds', '   0:07\n', 7],
  ['with hundredths, as on macOS', '  1:02.50\n', 62.5],
  ['hours', '02:03:04', 7384],
  ['days', '1-00:00:01', 86_401],
  ['no process', '', undefined],
])('reads what ps says: %s', (_, text, seconds) => {
  expect(parsePsTime(text)).toBe(seconds);
});

test('reads user and system time behind whatever name a process has', () => {
  expect(parseProcStat('77 (odd ) name) S 1 2 3 4 5 6 7 8 9 10 250 30 0 0 20 0')).toBe(2.8);
});

test('what a script has started counts for it', async () => {
  const real = 'ffmpeg -v error -f lavfi -i testsrc2 -f null -; exit';
  const script = execa('/bin/sh', ['-c', real], { reject: false });
  const pid = script.pid ?? 0;
  await until('the real one has worked', async () => ((await processorSeconds(pid)) ?? 0) > 0.1);
  const [, ffmpeg] = familyOf(pid);
  await endFamily(pid, { graceMs: 0 });
  await script;
  expect(ffmpeg).toBeDefined();
});

test('a process that works uses processor time, and one that is gone has none', async () => {
  const child = execa('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2', '-f', 'null', '-'], { reject: false });
  const pid = child.pid ?? 0;
  let seconds = 0;
  while (seconds < 0.05) seconds = (await processorSeconds(pid)) ?? Infinity;
  expect(seconds).toBeLessThan(10);
  child.kill();
  await child;
  expect(await processorSeconds(pid)).toBeUndefined();
});
