import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ApiClient } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { makeLibrary } from '../support/library.ts';
import { WoundClock } from '../support/wound-clock.ts';

jest.setTimeout(60_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'off-air-'));
  library = await makeLibrary(folder, ['mkvAt25'], { seconds: 4 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const showing = (content: object, more: object = {}) => ({
  programming: { kind: 'scheduled', default: { content: [content] }, ...more },
});
const NOTHING = showing({ kind: 'show', show: 'Nowhere' });
const FILMS = showing({ kind: 'films' });

async function send(sidecar: ApiClient, method: string, at: string, body: object): Promise<{ id: string }> {
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  const response = await fetch(sidecar.url + at, { method, headers, body: JSON.stringify(body) });
  expect([method, at, response.ok]).toEqual([method, at, true]);
  return (await response.json()) as { id: string };
}

test('health tells of channels that show nothing, until they do or nobody may have them', async () => {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock });
  const told = async () => {
    const { status, causes } = await sidecar.health();
    return [status, ...causes.map(({ code, message }) => `${code}: ${message}`)];
  };
  const make = (name: string, number: string, what: object) =>
    send(sidecar, 'POST', '/api/channels', { name, number, ...what });
  await make('Later', '20', showing({ kind: 'films' }, { start_at: '2031-08-01T00:00:00Z' }));
  expect(await told()).toEqual(['ok']);

  const empty = await make('Empty', '21', NOTHING);
  expect(await told()).toEqual([
    'degraded',
    'channel_off_air: channel 21 "Empty" is off air: nothing is planned on it',
  ]);
  const { causes } = await sidecar.health();
  expect(causes[0]?.advice).toMatch(
    /not in the library or its files are not here.*warnings in \/api\/channels\/<id>.*change its programming, or disable it/,
  );
  expect(await sidecar.text('/')).toMatch(/channel 21 .{1,6}Empty.{1,6} is off air/);

  const other = await make('Other', '22', NOTHING);
  expect(await told()).toEqual([
    'degraded',
    'channel_off_air: channels 21 "Empty", 22 "Other" are off air: nothing is planned on them',
  ]);
  await send(sidecar, 'PATCH', `/api/channels/${other.id}`, { enabled: false });
  expect(await told()).toEqual(['degraded', expect.stringContaining('channel 21 "Empty" is off air')]);
  await send(sidecar, 'PUT', `/api/channels/${empty.id}/programming`, FILMS.programming);
  expect(await told()).toEqual(['ok']);
});
