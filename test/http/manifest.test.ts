import { readFile } from 'node:fs/promises';
import { describe, expect, it, test } from '@jest/globals';
import { Links } from '../../src/access/links.ts';
import { readPluginManifest } from '../../src/http/plugin-manifest.ts';
import type { Doorkeeper } from '../../src/http/doorkeeper.ts';
import { createLoginRouter } from '../../src/http/routes/login.ts';
import { createRouter, createStreamRouter } from '../../src/http/router.ts';
import type { HttpOptions } from '../../src/http/options.ts';
import { CHANNEL, startSidecar } from './sidecar.ts';

const manifest = await readPluginManifest();

test('the manifest lists every address of the routers and no other', () => {
  // Making the table calls none of what its handlers will need.
  const options = {} as HttpOptions;
  const door = {} as Doorkeeper;
  const layers = [createStreamRouter(options), createLoginRouter(door), createRouter(options)].flatMap(
    ({ stack }) => stack,
  );
  const routes = layers.flatMap(({ methods, path }) =>
    methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${String(path)}`),
  );
  expect(manifest.endpoints.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(routes.sort());
});

const programming = { kind: 'scheduled', default: { content: [{ kind: 'films' }] } };
/** What those want that want something. */
const BODIES: Readonly<Record<string, object>> = {
  'POST /api/channels': { name: 'Mine', programming },
  'POST /api/channels/preview': { programming },
  'POST /api/channels/suggest': {},
  'PUT /api/channels/order': { order: [CHANNEL] },
  'POST /api/channels/import': { sidecast_channels: 1, channels: [] },
  'PATCH /api/channels/:channelId': { name: 'Mine' },
  'POST /api/channels/:channelId/duplicate': {},
  'PUT /api/channels/:channelId/programming': programming,
  'PUT /api/channels/:channelId/logo': { url: 'http://127.0.0.1/logo.png' },
};

const CAREFUL = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
  'cross-origin-resource-policy': expect.stringMatching(/^(?:same|cross)-origin$/),
};

describe('every endpoint answers, and has browsers take care', () => {
  it.each(manifest.endpoints.map(({ method, path }) => [method, path] as const))('%s %s', async (method, path) => {
    // The machine's own user gets everything, signed or not.
    const access = { apiKey: undefined, links: new Links('secret', () => 0), revokeLinks: async () => {} };
    await using sidecar = await startSidecar({ access });
    if (path === '/api/streams/:channelId' && method !== 'POST') {
      await sidecar.fetch(`/api/streams/${CHANNEL}`, { method: 'POST' });
    }
    const address = path
      .replace(':channelId', CHANNEL)
      .replace(':itemId', 'film')
      .replace(':kind', 'poster')
      .replace(':quality', '720p')
      .replace(':tuned', 'v1')
      .replace('/lineup.post', '/lineup.post?scan=abort')
      .replace('past/720p/:segment', 'past/720p/5')
      .replace(':segment', `${CHANNEL}_720p_segment_5`);
    const body = BODIES[`${method} ${path}`];
    const response = await sidecar.fetch(address, {
      ...{ method, redirect: 'follow', headers: { 'if-match': '*' } },
      ...(body && { body: JSON.stringify(body), headers: { 'if-match': '*', 'content-type': 'application/json' } }),
    });
    expect(response.ok).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject(CAREFUL);
    await response.arrayBuffer();
  });
});

test('it is served with absolute addresses and the schema of the settings', async () => {
  await using sidecar = await startSidecar();
  expect(await (await sidecar.fetch('/plugin-manifest.json')).json()).toEqual({
    ...manifest,
    base_url: sidecar.url,
    health_url: `${sidecar.url}/api/health`,
    m3u_url: `${sidecar.url}/channels.m3u`,
    guide_url: `${sidecar.url}/guide.xml`,
    settings_schema: { type: 'object', properties: { PORT: { type: 'integer' } } },
  });
});

test('its version is the one of the package', async () => {
  const packageFile = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  expect([manifest.version, manifest.id]).toEqual([packageFile.version, packageFile.name]);
});
