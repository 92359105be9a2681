import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { deviceAt } from '../../../src/tuner/responders/device-at.ts';

const ID = '10A1B2C7';

it.each<[string, string, string | undefined]>([
  ['a device', JSON.stringify({ DeviceID: ID, FriendlyName: 'Sidecast' }), ID],
  ['something without an id', '{}', undefined],
  ['a page', '<html></html>', undefined],
])('%s is told by its answer', async (_what, body, expected) => {
  const server = createServer((request, response) => response.end(request.url === '/discover.json' ? body : ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await deviceAt('127.0.0.1', port)).toBe(expected);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  // Nobody is there any more.
  expect(await deviceAt('127.0.0.1', port)).toBeUndefined();
});
