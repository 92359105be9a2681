import { lookup } from 'node:dns';
import { get as getByHttp, type IncomingMessage } from 'node:http';
import { get as getByHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPlaceForPictures } from './picture-place.ts';

const MOST_REDIRECTS = 5;

interface FetchOptions {
  /** Hosts with their ports, as they stand in URLs, that may be anywhere. */
  readonly ownServers: readonly string[];
  readonly mostBytes: number;
  readonly limitMs: number;
}

/**
 * The bytes that a URL of somebody's choice answers with as a picture. Only by http and https, also where it leads on,
 * and from no place that only this machine should reach: what is connected to is the very address that was looked at.
 */
export async function fetchedPicture(url: string, options: FetchOptions): Promise<Buffer> {
  const signal = AbortSignal.timeout(options.limitMs);
  let at = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await answerOf(at, options.ownServers, signal);
    try {
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        at = new URL(headers.location, at);
        continue;
      }
      if (statusCode !== 200) throw new Error(`its server answers ${statusCode}`);
      if (!/^image\//i.test(headers['content-type'] ?? '')) throw new Error('its server does not call it a picture');
      return await readUpTo(response, options.mostBytes);
    } finally {
      response.destroy();
    }
  }
  throw new Error('it leads on and on');
}

async function answerOf(url: URL, ownServers: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('only http and https are followed');
  const isOwn = ownServers.includes(url.host);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address is connected to without being looked up.
  if (!isOwn && !isPlaceForPictures(host)) throw new Error('no picture is taken from this machine itself or its link');
  const get = url.protocol === 'https:' ? getByHttps : getByHttp;
  const headers = { Accept: 'image/*' };
  return new Promise((resolve, reject) => {
    get(url, { signal, agent: false, headers, ...(isOwn ? {} : { lookup: lookupElsewhere }) }, resolve).on(
      'error',
      reject,
    );
  });
}

const lookupElsewhere: LookupFunction = function lookupElsewhere(name, options, done) {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    const allowed = error ? [] : addresses.filter(({ address }) => isPlaceForPictures(address));
    const [first] = allowed;
    if (error) done(error, '');
    else if (first === undefined) done(new Error('no picture is taken from this machine itself or its link'), '');
    else if (options.all === true) done(null, allowed);
    else done(null, first.address, first.family);
  });
};

async function readUpTo(response: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  const pieces: AsyncIterable<Buffer> = response;
  let length = 0;
  for await (const part of pieces) {
    length += part.length;
    if (length > mostBytes) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
