import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { deviceIdOf, isDeviceId } from '../../../src/tuner/hdhomerun/device-id.ts';

const hasJudge = spawnSync('hdhomerun_config').error === undefined;
const withJudge = hasJudge ? test.each : test.skip.each;
const EXAMPLES = [[[0, 0, 0]], [[0xff, 0xff, 0xff]], [[0x12, 0x34, 0x56]]];

test('the id of a device that was sold is valid', () => expect(isDeviceId('1010CC54')).toBe(true));

test.each(EXAMPLES)('an id made of %j is valid, and with any other last digit it is not', (bytes) => {
  const id = deviceIdOf(Uint8Array.from(bytes));
  const all = '0123456789ABCDEF'.split('').map((digit) => id.slice(0, -1) + digit);
  expect(all.filter(isDeviceId)).toEqual([id]);
});

// Of digits alone it would take it for an address.
withJudge([[[0xab, 0xcd, 0xef]], [[0x12, 0x3c, 0x56]]])(
  'libhdhomerun accepts the id made of %j, not its neighbour',
  (bytes) => {
    const id = deviceIdOf(Uint8Array.from(bytes));
    const neighbour = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
    // It looks for the device, in vain, where the id is one.
    const says = (asked: string) => String(spawnSync('hdhomerun_config', [asked, 'get', 'help']).stderr);
    expect(says(neighbour)).toContain('invalid device id');
    expect(says(id)).not.toContain('invalid device id');
  },
);

test.each(['', '1010CC5', '1010cc54', '1010CC541', '1010CC5G'])('"%s" is no id', (text) =>
  expect(isDeviceId(text)).toBe(false),
);
