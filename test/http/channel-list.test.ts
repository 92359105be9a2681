import { describe, expect, it, test } from '@jest/globals';
import { CHANNEL, CHANNELS, FILMS, LIST_CHANGED, NOW, startSidecar } from './sidecar.ts';

describe('the channel list', () => {
  it.each([
    ['', [`/stream/${CHANNEL}.ts`, `/stream/${FILMS}.ts`]],
    ['?group=movies', [`/stream/${FILMS}.ts`]],
    ['?format=hls', [`/stream/${CHANNEL}/master.m3u8`, `/stream/${FILMS}/master.m3u8`]],
    ['?group=Series&format=ts', [`/stream/${CHANNEL}.ts`]],
  ])('with "%s" has the addresses that are asked for', async (query, expected) => {
    await using sidecar = await startSidecar();
    const lines = (await (await sidecar.fetch(`/channels.m3u${query}`)).text()).split('\n');
    const addresses = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(addresses).toEqual(expected.map((path) => sidecar.url + path));
  });

  it.each([
    ['?format=dash', 'format: use one of ts, hls'],
    ['?group=', 'group: leave it out or give a text'],
    ['?group=None', 'group: no channel is in it; there are "Series", "Movies"'],
    ['?grop=Series', 'grop'],
  ])('%s is refused in words', async (query, message) => {
    await using sidecar = await startSidecar();
    const answer = await sidecar.fetch(`/channels.m3u${query}`);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: 'invalid_query', message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['Films, "old"; new', 'Films, "old"; new', 'Films old new'],
    ['films old new', 'Films, "old"; new', 'Films old new'],
    ['STRASSE', 'Straße', 'Straße'],
  ])('finds by "%s" the group "%s"', async (group, called, listed) => {
    const [first, ...rest] = CHANNELS;
    const channels = async () => [{ ...first!, group: called }, ...rest];
    await using sidecar = await startSidecar({ guide: { channels } });
    const list = await (await sidecar.fetch(`/channels.m3u?group=${encodeURIComponent(group)}`)).text();
    expect(list.match(/group-title="[^"]*"/g)).toEqual([`group-title="${listed}"`]);
  });

  test('names no group that nobody could ask for', async () => {
    const [first, ...rest] = CHANNELS;
    await using sidecar = await startSidecar({ guide: { channels: async () => [{ ...first!, group: '' }, ...rest] } });
    const answer = await sidecar.fetch('/channels.m3u?group=None');
    expect(await answer.json()).toMatchObject({
      fields: [{ path: 'group', message: 'no channel is in it; there are "Movies"' }],
    });
  });

  test('says when anything in it changed, and is sent only to those who do not have it since', async () => {
    await using sidecar = await startSidecar();
    const modified = new Date(LIST_CHANGED).toUTCString();
    for (const method of ['GET', 'HEAD']) {
      const ask = (headers: Record<string, string>) => sidecar.fetch('/channels.m3u', { method, headers });
      const first = await ask({});
      expect([first.status, first.headers.get('last-modified')]).toEqual([200, modified]);
      for (const query of ['?format=hls', '?group=movies']) {
        expect((await sidecar.fetch(`/channels.m3u${query}`, { method })).headers.get('last-modified')).toBe(modified);
      }
      expect((await ask({ 'if-modified-since': modified })).status).toBe(304);
      expect((await ask({ 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304);
      expect((await ask({ 'if-modified-since': new Date(LIST_CHANGED - 1000).toUTCString() })).status).toBe(200);
      // The ETag is the more exact of the two, and the only one that counts where both are given.
      expect((await ask({ 'if-modified-since': modified, 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  test('names no time that is still to come', async () => {
    await using sidecar = await startSidecar({ guide: { listChangedMs: () => NOW + 1000 } });
    expect((await sidecar.fetch('/channels.m3u')).headers.get('last-modified')).toBeNull();
  });

  test('is never JSON, whatever a host says it takes', async () => {
    await using sidecar = await startSidecar();
    const accept = 'application/json; q=1.0, application/xml; q=0.9, */*; q=0.8';
    const answer = await sidecar.fetch('/channels.m3u', { headers: { accept } });
    expect(answer.headers.get('content-type')).toBe('audio/x-mpegurl; charset=utf-8');
    expect(await answer.text()).toMatch(/^#EXTM3U /);
  });
});
