import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from '@jest/globals';
import { lanAddress } from '../../src/cli/lan-address.ts';

const ipv4 = (address: string): NetworkInterfaceInfo => ({
  address,
  family: 'IPv4',
  internal: address.startsWith('127.'),
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  cidr: null,
});

it.each([
  ['the network card', { lo: [ipv4('127.0.0.1')], eth0: [ipv4('192.168.1.20')] }, '192.168.1.20'],
  ['the network card before a bridge', { docker0: [ipv4('172.17.0.1')], wlan0: [ipv4('10.0.0.5')] }, '10.0.0.5'],
  ['a bridge for want of better', { docker0: [ipv4('172.17.0.1')] }, '172.17.0.1'],
  ['nothing without a network', { lo: [ipv4('127.0.0.1')] }, undefined],
  ['nothing that is only link-local', { eth0: [ipv4('169.254.3.4')] }, undefined],
])('takes %s', (_, interfaces, expected) => {
  expect(lanAddress(interfaces)).toBe(expected);
});
