import { describe, expect, it } from '@jest/globals';
import { clientNetwork, isWithin, parseNetwork } from '../../src/access/networks.ts';

describe('a network', () => {
  it.each(['192.168.1.0/24', '10.0.0.7', '0.0.0.0/0', 'fd00::/8', '::1', ' 127.0.0.0/8 ', 'fe80::/10'])(
    'may be %s',
    (text) => expect(parseNetwork(text)).toBeDefined(),
  );

  it.each(['', 'lan', '192.168.1.0/33', '192.168.1/24', '10/8', '010.0.0.1', 'fd00::/129', '1.2.3.4/', '::1/x', '/8'])(
    'may not be "%s"',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );
});

describe('an address', () => {
  const networks = ['192.168.1.0/24', '10.0.0.7', 'fd00::/8', '::1'].flatMap((text) => parseNetwork(text) ?? []);
  it.each([
    ['192.168.1.250', true],
    ['192.168.2.1', false],
    ['::ffff:192.168.1.9', true],
    ['10.0.0.7', true],
    ['10.0.0.8', false],
    ['fd12:3456::1', true],
    ['fe80::1%eth0', false],
    ['::1', true],
    ['::2', false],
    ['nas', false],
    ['', false],
    [undefined, false],
  ])('%s', (address, within) => expect(isWithin(networks, address)).toBe(within));

  it('of IPv4 is in no network of IPv6, not even in all of it', () => {
    const all = [parseNetwork('::/0')!];
    expect([isWithin(all, '1.2.3.4'), isWithin(all, '::ffff:1.2.3.4'), isWithin(all, '2001:db8::1')]).toEqual([
      ...[false, false, true],
    ]);
  });
});

it.each([
  ['192.168.1.9', '192.168.1.9'],
  ['::ffff:192.168.1.9', '192.168.1.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::99', '2001:db8:1:2'],
  ['unknown', 'unknown'],
])('one client at %s has %s', (address, network) => expect(clientNetwork(address)).toBe(network));
