import { describe, expect, it, test } from '@jest/globals';
import { CHANNEL, FILMS, startSidecar } from './sidecar.ts';

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

  test('is never JSON, whatever a host says it takes', async () => {
    await using sidecar = await startSidecar();
    const accept = 'application/json; q=1.0, application/xml; q=0.9, */*; q=0.8';
    const answer = await sidecar.fetch('/channels.m3u', { headers: { accept } });
    expect(answer.headers.get('content-type')).toBe('audio/x-mpegurl; charset=utf-8');
    expect(await answer.text()).toMatch(/^#EXTM3U /);
  });
});
