import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, test } from '@jest/globals';
import { endFamily, endProcess, familyOf } from '../../src/shared/process-family.ts';
import { isAlive } from '../support/is-alive.ts';

/** A script that waits for what it has started, and says its number. */
async function scriptOf(...lines: string[]) {
  const script = spawn('/bin/sh', ['-c', [...lines, 'echo $!', 'wait', 'true'].join('\n')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = await once(script.stdout, 'data');
  return { script, pid: script.pid ?? 0, started: Number(said), exited: once(script, 'exit') };
}

test('a process alone is its family', async () => {
  const { script, started, exited } = await scriptOf('sleep 60 &');
  expect(familyOf(started)).toEqual([started]);
  process.kill(started, 'SIGKILL');
  await exited;
  expect(familyOf(script.pid ?? 0)).toEqual([script.pid]);
});

it.each([
  ['ends in order', 'sleep 60 &'],
  ['does not care', `/bin/sh -c 'trap "" TERM; sleep 60 & wait; sleep 60' &`],
])('a script is ended with what it has started, though that %s', async (_, line) => {
  const { pid, started, exited } = await scriptOf(line);
  const family = familyOf(pid);
  expect(family.slice(0, 2)).toEqual([pid, started]);
  await endFamily(pid, { graceMs: 100 });
  await exited;
  expect(family.filter(isAlive)).toEqual([]);
});

it.each([0, -1, Number.NaN, 1.5])('%d is no process, and nothing is ended', async (pid) => {
  await endProcess(pid, { graceMs: 0 });
});
