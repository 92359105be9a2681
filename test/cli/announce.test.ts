import { expect, it } from '@jest/globals';
import { announcedHosts } from '../../src/cli/announce.ts';

it.each([
  ['all addresses', { host: '0.0.0.0' }, ['10.0.0.5', 'localhost']],
  ['all addresses of both kinds', { host: '::' }, ['10.0.0.5', 'localhost']],
  ['one address', { host: '127.0.0.1' }, ['127.0.0.1']],
  ['one IPv6 address', { host: '::1' }, ['[::1]']],
  ['a proxy', { host: '0.0.0.0', baseUrl: 'https://tv.example/sidecast' }, ['tv.example']],
])('listening on %s', (_, settings, expected) => {
  expect(announcedHosts(settings, '10.0.0.5')).toEqual(expected);
});
