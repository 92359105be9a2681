import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it, test } from '@jest/globals';
import { parseNetwork } from '../../src/access/networks.ts';
import { requesterOf } from '../../src/http/requester.ts';
import { startSidecar } from './sidecar.ts';

const trustedProxies = ['127.0.0.1', '10.0.0.0/8'].flatMap((text) => parseNetwork(text) ?? []);

/** What of a request counts here. */
function requester(remoteAddress: string, headers: IncomingHttpHeaders) {
  const req = { socket: { remoteAddress }, headers: { host: 'proxied:8765', ...headers } };
  return requesterOf({ req } as unknown as Parameters<typeof requesterOf>[0], { trustedProxies });
}

const relayed = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tv.example' };

describe('what a trusted proxy says of a request counts', () => {
  it.each([
    ['of one proxy', relayed, ['203.0.113.9', 'https', 'tv.example']],
    ['of nobody', {}, ['127.0.0.1', 'http', 'proxied:8765']],
    ['of the address alone', { 'x-forwarded-for': '203.0.113.9' }, ['203.0.113.9', 'http', 'proxied:8765']],
    ['of another host, but of no address', { 'x-forwarded-host': 'tv' }, [undefined, 'http', 'tv']],
    [
      'behind another trusted one',
      { 'x-forwarded-for': '203.0.113.9, 10.1.1.1', 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'tv, in' },
      ['203.0.113.9', 'https', 'tv'],
    ],
    [
      'behind another trusted one, where the last one replaces what was said',
      { 'x-forwarded-for': '203.0.113.9, 10.1.1.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tv' },
      ['203.0.113.9', 'https', 'tv'],
    ],
    [
      'but not what its client invented',
      {
        'x-forwarded-for': '10.9.9.9, 203.0.113.9',
        'x-forwarded-proto': 'https, http',
        'x-forwarded-host': 'evil, tv',
      },
      ['203.0.113.9', 'http', 'tv'],
    ],
    ['and one that is none is no address', { 'x-forwarded-for': '10.0.0.1, nas' }, ['nas', 'http', 'proxied:8765']],
    [
      'where all are trusted, the first',
      { 'x-forwarded-for': '10.3.3.3, 10.1.1.1' },
      ['10.3.3.3', 'http', 'proxied:8765'],
    ],
  ] as const)('%s', (_of, headers, [address, protocol, host]) => {
    expect(requester('127.0.0.1', headers)).toEqual({ address, protocol, host, isRelayedByStranger: false });
  });

  test('of any other nothing does, but that it relays', () => {
    expect(requester('192.168.1.2', relayed)).toEqual({
      ...{ address: '192.168.1.2', protocol: 'http', host: 'proxied:8765', isRelayedByStranger: true },
    });
    expect(requester('192.168.1.2', { forwarded: 'for=203.0.113.9' }).isRelayedByStranger).toBe(true);
    expect(requester('192.168.1.2', {}).isRelayedByStranger).toBe(false);
  });
});

describe('addresses in answers', () => {
  const base = async (settings: object) => {
    await using sidecar = await startSidecar({ settings: { timeZone: 'UTC', ...settings } });
    const { BaseURL } = (await (await sidecar.fetch('/discover.json', { headers: relayed })).json()) as {
      BaseURL: string;
    };
    return BaseURL.replace(sidecar.url, 'as asked');
  };

  test('are those of the request, of a trusted proxy’s client, or of the setting, which beats both', async () => {
    expect(await base({})).toBe('as asked');
    expect(await base({ trustedProxies })).toBe('https://tv.example');
    expect(await base({ trustedProxies, baseUrl: 'https://set.example/cast' })).toBe('https://set.example/cast');
  });
});
