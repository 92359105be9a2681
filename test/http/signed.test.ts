import { describe, expect, it, test } from '@jest/globals';
import { Links } from '../../src/access/links.ts';
import { parseNetwork } from '../../src/access/networks.ts';
import { createSecret } from '../../src/access/secrets.ts';
import { AIRINGS, CHANNEL, FILMS, NOW, type RunningSidecar, startSidecar } from './sidecar.ts';

const KEY = 'correct-horse-battery';
const known = { headers: { 'x-api-key': KEY } };
const start = AIRINGS[0]!.startMs / 1000;

/** A sidecar whose addresses are signed; nobody is known without the key. */
async function signed(overrides: Parameters<typeof startSidecar>[0] = {}) {
  const clock = { now: NOW };
  const links = new Links('secret', () => clock.now);
  const revokeLinks = async () => links.renew(createSecret());
  const access = { apiKey: KEY, links, revokeLinks };
  const sidecar = await startSidecar({ access, now: () => clock.now, ...overrides });
  const ofChannel = `/${links.lasting({ kind: 'channel', channelId: CHANNEL })}`;
  return { ...sidecar, clock, links, ofChannel, lists: `/${links.lasting({ kind: 'lists' })}` };
}

/** What an address answers: its status and its error. */
async function answer(sidecar: RunningSidecar, path: string): Promise<[number, string | undefined]> {
  const response = await sidecar.fetch(path);
  const text = await response.text();
  return [response.status, response.ok ? undefined : text && (JSON.parse(text) as { error: string }).error];
}

describe('what a channel list carries', () => {
  test('is signed, is the same each time, and plays for whoever has it', async () => {
    await using sidecar = await signed({ settings: { catchUpDays: 1 } });
    const m3u = await (await sidecar.fetch(`${sidecar.lists}/channels.m3u`)).text();
    expect(await (await sidecar.fetch('/channels.m3u', known)).text()).toBe(m3u);
    expect(m3u).toContain(`x-tvg-url="${sidecar.url}${sidecar.lists}/guide.xml"`);
    expect(m3u).toContain(`\n${sidecar.url}${sidecar.ofChannel}/stream/${CHANNEL}.ts\n`);
    const addresses = (m3u.match(/http[^"\s]+/g) ?? []).map((address) => address.replace('{utc}', String(start)));
    expect(addresses.length).toBeGreaterThan(7);
    for (const address of addresses) {
      expect(address).not.toMatch(/\?.*~/);
      expect([address, (await fetch(address)).status]).toEqual([address, 200]);
    }
    const hls = await (await sidecar.fetch(`${sidecar.lists}/channels.m3u?format=hls`)).text();
    expect(hls).toContain(`${sidecar.ofChannel}/stream/${CHANNEL}/master.m3u8`);
  });

  test('so are the pictures of the guide, and what the API says', async () => {
    await using sidecar = await signed();
    const api = (await (await sidecar.fetch('/api/addresses', known)).json()) as Record<string, string>;
    expect(api).toEqual({
      base_url: sidecar.url,
      signed: true,
      m3u_url: `${sidecar.url}${sidecar.lists}/channels.m3u`,
      guide_url: `${sidecar.url}${sidecar.lists}/guide.xml`,
      hdhomerun_url: `${sidecar.url}${sidecar.lists}`,
    });
    const [channel] = (await (await sidecar.fetch('/api/channels', known)).json()) as Record<string, string>[];
    for (const name of ['stream_url', 'hls_url', 'logo_url']) {
      expect([name, (await fetch(channel?.[name] ?? '')).status]).toEqual([name, 200]);
    }
    expect((await sidecar.fetch('/api/addresses')).status).toBe(401);
  });
});

describe('HLS', () => {
  test('is reached from its master playlist, whose link is that of all but the segments', async () => {
    await using sidecar = await signed();
    const stream = `${sidecar.url}${sidecar.ofChannel}/stream/${CHANNEL}`;
    const master = await (await fetch(`${stream}/master.m3u8`)).text();
    const variant = new URL(/^720p\S+$/m.exec(master)?.[0] ?? '', `${stream}/master.m3u8`).href;
    const segments = async (url: string, init = {}) => {
      const response = await fetch(url, init);
      const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return lines.map((line) => new URL(line, response.url).href);
    };
    const [segment = ''] = await segments(variant);
    const lasting = sidecar.links.lasting({ kind: 'segments', channelId: CHANNEL });
    expect(segment).toBe(`${sidecar.url}/${lasting}/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_5.ts`);
    const bytes = await fetch(segment);
    expect([bytes.status, bytes.headers.get('cache-control')]).toEqual([200, 'public, max-age=64, immutable']);
    // Whoever asks, by whatever link: caches have each segment once.
    const browser = `${sidecar.url}/${sidecar.links.forBrowser(CHANNEL)}/stream/${CHANNEL}`;
    expect(await segments(`${browser}/720p.m3u8`)).toEqual([segment]);
    expect(await segments(`${sidecar.url}/stream/${CHANNEL}/720p.m3u8`, known)).toEqual([segment]);
    // Sent on with a viewer's name, and from the start of what is on.
    expect((await fetch(`${stream}/720p.m3u8`, { redirect: 'manual' })).headers.get('location')).toMatch(
      /^720p\.m3u8\?/,
    );
    expect((await fetch(`${stream}/now.m3u8`)).url).toBe(`${stream}/master.m3u8`);
    const over = await (await fetch(`${stream}/now.m3u8?from=start`)).text();
    const past = new URL(/^720p\S+$/m.exec(over)?.[0] ?? '', `${stream}/now.m3u8`).href;
    const [ofPast = ''] = await segments(past);
    expect(ofPast).toBe(`${sidecar.url}/${lasting}/stream/${CHANNEL}/past/720p/5.ts`);
    expect((await fetch(ofPast)).status).toBe(200);
  });

  test('is answered at once where it is at hand, signed like the rest', async () => {
    const viewer = 'v'.repeat(22);
    const segmentAtHand = (_id: string, _quality: string, number: number) =>
      number === 7 ? { bytes: Buffer.from('seven'), lifetimeSeconds: 64 } : undefined;
    const playlistAtHand = (id: string) => ({ text: `#EXTM3U\n#EXTINF:2.002,\n720p/${id}_720p_segment_7.ts\n` });
    await using sidecar = await signed({ stream: { segmentAtHand, playlistAtHand } });
    const playlist = await sidecar.fetch(`${sidecar.ofChannel}/stream/${CHANNEL}/720p.m3u8?viewer=${viewer}`);
    const line = (await playlist.text()).split('\n')[2] ?? '';
    const segment = await fetch(new URL(line, playlist.url));
    expect([segment.status, await segment.text(), sidecar.calls]).toEqual([
      200,
      'seven',
      ['playlistAtHand', 'segmentAtHand'],
    ]);
    const unsigned = `/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_7.ts`;
    expect((await sidecar.fetch(unsigned)).status).toBe(403);
    expect((await sidecar.fetch(`${sidecar.ofChannel}${unsigned}`)).status).toBe(403);
    expect((await sidecar.fetch(`/stream/${CHANNEL}/720p.m3u8?viewer=${viewer}`)).status).toBe(403);
    expect(sidecar.calls).toHaveLength(2);
  });
});

describe('an HDHomeRun', () => {
  test('added by its signed address has a signed lineup, whose channels play', async () => {
    await using sidecar = await signed();
    const device = (await (await sidecar.fetch(`${sidecar.lists}/discover.json`)).json()) as Record<string, string>;
    expect(device).toMatchObject({
      BaseURL: `${sidecar.url}${sidecar.lists}`,
      LineupURL: `${sidecar.url}${sidecar.lists}/lineup.json`,
    });
    const lineup = (await (await fetch(device['LineupURL'] ?? '')).json()) as { URL: string }[];
    expect(lineup[0]?.URL).toBe(`${sidecar.url}${sidecar.ofChannel}/auto/v1`);
    expect(await Promise.all(lineup.map(async ({ URL: url }) => (await fetch(url)).status))).toEqual([200, 200]);
    expect(await answer(sidecar, `${sidecar.ofChannel}/auto/v2`)).toEqual([403, '']);
  });

  test('by its bare address is there for trusted networks alone, as Plex needs it', async () => {
    const trustedNetworks = [parseNetwork('127.0.0.0/8')!];
    await using near = await signed({ settings: { trustedNetworks } });
    const device = (await (await near.fetch('/discover.json')).json()) as Record<string, string>;
    expect(device).toMatchObject({ BaseURL: near.url, LineupURL: `${near.url}/lineup.json` });
    for (const path of ['/lineup.json', '/auto/v1', '/channels.m3u', `/stream/${CHANNEL}.ts`]) {
      expect([path, (await near.fetch(path)).status]).toEqual([path, 200]);
    }
    await using far = await signed();
    for (const path of ['/discover.json', '/lineup.json', '/device.xml', '/lineup_status.json']) {
      expect([path, ...(await answer(far, path))]).toEqual([path, 403, 'link_invalid']);
    }
    const tuned = await far.fetch('/auto/v1');
    expect([tuned.status, tuned.headers.get('x-hdhomerun-error'), await tuned.text()]).toEqual([
      403,
      '806 Tune Failed',
      '',
    ]);
    expect(far.calls).toEqual([]);
  });
});

describe('who has no link, another’s, or a changed one is refused, without a word where a stream would be', () => {
  const changed = (element: string) => element.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  it.each<[string, (sidecar: Awaited<ReturnType<typeof signed>>) => string, string]>([
    ['no link', () => `/stream/${CHANNEL}/master.m3u8`, 'link_invalid'],
    ['no link to a stream', () => `/stream/${CHANNEL}.ts`, ''],
    ['no link to a list', () => '/channels.m3u', 'link_invalid'],
    ['no link to a picture', () => '/artwork/film/poster', 'link_invalid'],
    ['a changed link', ({ ofChannel }) => `${changed(ofChannel)}/stream/${CHANNEL}/720p.m3u8`, 'link_invalid'],
    ['a changed link to a stream', ({ ofChannel }) => `${changed(ofChannel)}/stream/${CHANNEL}.ts`, ''],
    ['that of another channel', ({ ofChannel }) => `${ofChannel}/stream/${FILMS}.ts`, ''],
    ['that of the lists', ({ lists }) => `${lists}/stream/${CHANNEL}/master.m3u8`, 'link_invalid'],
    ['that of a channel, for the lists', ({ ofChannel }) => `${ofChannel}/guide.xml`, 'link_invalid'],
    [
      'that of the segments, for a stream',
      ({ links }) => `/${links.lasting({ kind: 'segments', channelId: CHANNEL })}/stream/${CHANNEL}.ts`,
      '',
    ],
    [
      'one in the query',
      ({ ofChannel }) => `/stream/${CHANNEL}/master.m3u8?signature=${ofChannel.slice(2)}`,
      'link_invalid',
    ],
    ['one twice', ({ ofChannel }) => `${ofChannel}${ofChannel}/stream/${CHANNEL}/master.m3u8`, 'unauthorised'],
    ['one for the API', ({ lists }) => `${lists}/api/channels`, 'unauthorised'],
  ])('%s', async (_what, pathOf, error) => {
    await using sidecar = await signed();
    expect(await answer(sidecar, pathOf(sidecar))).toEqual([error === 'unauthorised' ? 401 : 403, error]);
    expect(sidecar.calls).toEqual([]);
  });

  test('even one who has the key, with a changed link', async () => {
    await using sidecar = await signed();
    expect((await sidecar.fetch(`${changed(sidecar.lists)}/channels.m3u`, known)).status).toBe(403);
  });
});

test('the link of a page expires, for streams and playlists, but not for segments that were listed', async () => {
  await using sidecar = await signed();
  const page = await (await sidecar.fetch(`/watch/${CHANNEL}`, known)).text();
  const element = /data-master="\.\.\/(~[\w.-]+)\/stream/.exec(page)?.[1] ?? '';
  expect(element).toMatch(/\./);
  const paths = [
    `/${element}/stream/${CHANNEL}/720p.m3u8?viewer=${'v'.repeat(22)}`,
    `/${element}/stream/${CHANNEL}.ts`,
  ];
  for (const path of paths) expect((await sidecar.fetch(path)).status).toBe(200);
  const segments = `/${sidecar.links.lasting({ kind: 'segments', channelId: CHANNEL })}`;
  sidecar.clock.now += 14 * 3_600_000;
  expect(await answer(sidecar, paths[0] ?? '')).toEqual([403, 'link_expired']);
  expect(await answer(sidecar, paths[1] ?? '')).toEqual([403, '']);
  expect((await sidecar.fetch(`${segments}/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_5.ts`)).status).toBe(200);
});

test('who has the key can make all addresses worthless that were given', async () => {
  await using sidecar = await signed();
  const old = `${sidecar.lists}/channels.m3u`;
  expect((await sidecar.fetch(old)).status).toBe(200);
  expect((await sidecar.fetch('/api/addresses/revoke', { method: 'POST' })).status).toBe(401);
  const fresh = await sidecar.fetch('/api/addresses/revoke', { method: 'POST', ...known });
  const { m3u_url: m3u } = (await fresh.json()) as { m3u_url: string };
  expect(m3u).not.toContain(old);
  expect([(await sidecar.fetch(old)).status, (await fetch(m3u)).status]).toEqual([403, 200]);
});

test('where addresses are not signed, those that were go on, and there is nothing to revoke', async () => {
  await using before = await signed();
  await using sidecar = await startSidecar();
  for (const path of [
    `${before.lists}/channels.m3u`,
    `${before.ofChannel}/stream/${CHANNEL}.ts`,
    `${before.ofChannel}/auto/v1`,
  ]) {
    expect([path, (await sidecar.fetch(path)).status]).toEqual([path, 200]);
  }
  const response = await sidecar.fetch('/api/addresses/revoke', { method: 'POST' });
  expect([response.status, await response.json()]).toMatchObject([409, { error: 'links_unsigned' }]);
});

test('players on other sites’ pages may read signed streams, and hear why they may not', async () => {
  await using sidecar = await signed();
  const path = `${sidecar.ofChannel}/stream/${CHANNEL}/master.m3u8`;
  expect((await sidecar.fetch(path, { method: 'OPTIONS' })).status).toBe(204);
  for (const asked of [path, `/~x/stream/${CHANNEL}/master.m3u8`]) {
    const { headers } = await sidecar.fetch(asked);
    expect([headers.get('access-control-allow-origin'), headers.get('cross-origin-resource-policy')]).toEqual([
      ...['*', 'cross-origin'],
    ]);
  }
});
