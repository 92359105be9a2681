import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { answersAs } from '../../../src/tuner/responders/answers-as.ts';

const ID = '10A1B2C7';

it.each<[string, string, boolean]>([
  ['the device itself', JSON.stringify({ DeviceID: ID, FriendlyName: 'Sidecast' }), true],
  ['another device', JSON.stringify({ DeviceID: '10A1B2C8' }), false],
  ['something without an id', '{}', false],
  ['a page', '<html></html>', false],
])('%s is told by its answer', async (_what, body, expected) => {
  const server = createServer((request, response) => response.end(request.url === '/discover.json' ? body : ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await answersAs('127.0.0.1', port, ID)).toBe(expected);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  // Nobody is there any more.
  expect(await answersAs('127.0.0.1', port, ID)).toBe(false);
});
