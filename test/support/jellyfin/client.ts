import { Agent, type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip, createInflate, createBrotliDecompress } from 'node:zlib';

/** A request as it was sent. */
export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

const DECODERS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** The one way in which Jellyfin itself asks for playlists, guides, icons, streams and devices. */
export class JellyfinClient {
  readonly calls: Call[] = [];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(version: string) {
    this.#headers = {
      'User-Agent': `Jellyfin-Server/${version}`,
      Accept: 'application/json; q=1.0, application/xml; q=0.9, */*; q=0.8',
      'Accept-Encoding': 'gzip, deflate, br',
      traceparent: '00-7b4f9a1c2d3e4f5061728394a5b6c7d8-0102030405060708-00',
    };
  }

  /** Nothing is conditional, whatever ETag was offered. */
  open(method: 'GET' | 'HEAD', url: string): Promise<IncomingMessage> {
    const { pathname, search } = new URL(url);
    this.calls.push({ method, path: pathname + search });
    return new Promise((resolve, reject) => {
      request(url, { method, headers: this.#headers, agent: this.#agent }, resolve).on('error', reject).end();
    });
  }

  /** The whole answer; throws for what is no 2xx. */
  async text(url: string): Promise<string> {
    const { status, body } = await this.answer(url);
    if (Math.floor(status / 100) !== 2) throw new Error(`${url} answers ${status}`);
    return body;
  }

  /** The whole answer, whatever it is; throws where the connection breaks before its end. */
  async answer(url: string): Promise<{ readonly status: number; readonly body: string }> {
    const answer = await this.open('GET', url);
    const encoding = answer.headers['content-encoding'];
    const isKnown = encoding === 'gzip' || encoding === 'deflate' || encoding === 'br';
    const body = await text(isKnown ? pipeline(answer, DECODERS[encoding](), () => {}) : answer);
    return { status: answer.statusCode ?? 0, body };
  }

  /** A picture: what has another type is none. */
  async picture(url: string): Promise<void> {
    const answer = await this.open('GET', url);
    answer.resume();
    const type = answer.headers['content-type'] ?? '';
    if (answer.statusCode !== 200 || !type.startsWith('image/')) throw new Error(`${url} is no picture: ${type}`);
  }

  /** How often an address was asked for. */
  count(method: string, path: string): number {
    return this.calls.filter((call) => call.method === method && call.path === path).length;
  }

  close(): void {
    this.#agent.destroy();
  }
}
