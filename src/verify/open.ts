import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError, fetchFailure, messageOf } from '../shared/errors.ts';

/** How long a server may be silent before it is given up. */
const SILENCE_MS = 20_000;

/** Bytes of a file or of an answer, and where they really came from. */
interface Opened {
  /** After redirects. */
  readonly url: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

type ByteRange = { readonly offset: number; readonly length: number } | undefined;

/** The address of what a user typed: an http(s) URL stays one, anything else is a path. */
export function addressOf(source: string): string {
  return /^https?:\/\//i.test(source) ? source : pathToFileURL(source).href;
}

/** Opens an address, or throws `source_unreadable` in words. Breaking off the iteration closes it. */
export async function open(url: string, signal: AbortSignal | undefined, range?: ByteRange): Promise<Opened> {
  return url.startsWith('file:') ? openFile(url, signal, range) : openHttp(url, signal, range);
}

/** All bytes as text, without a byte order mark. */
export async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString().replace('\uFEFF', '');
}

async function openFile(url: string, signal: AbortSignal | undefined, range: ByteRange): Promise<Opened> {
  const file = fileURLToPath(url);
  try {
    if (!(await stat(file)).isFile()) throw new AppError('source_unreadable', `${file} is not a file`);
  } catch (error) {
    throw new AppError('source_unreadable', `cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  const part = range === undefined ? {} : { start: range.offset, end: range.offset + range.length - 1 };
  return { url, bytes: createReadStream(file, { highWaterMark: 188 * 1024, ...part, ...(signal ? { signal } : {}) }) };
}

async function openHttp(url: string, signal: AbortSignal | undefined, range: ByteRange): Promise<Opened> {
  const silence = new Silence(url);
  const headers = range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
  const signals = signal === undefined ? [silence.signal] : [silence.signal, signal];
  try {
    silence.begin();
    const response = await fetch(url, { headers, signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new AppError('source_unreadable', `${url} answers ${response.status} ${response.statusText}`.trim());
    }
    return { url: response.url, bytes: silence.watch(response.body) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError('source_unreadable', `cannot reach ${url}: ${fetchFailure(error)}`, { cause: error });
  } finally {
    silence.end();
  }
}

/** Gives up on a server that says nothing for too long. */
class Silence {
  private readonly controller = new AbortController();
  private timeout: NodeJS.Timeout | undefined;

  constructor(private readonly url: string) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  begin(): void {
    this.end();
    const sentence = `${this.url} sends nothing for ${SILENCE_MS / 1000} s`;
    this.timeout = setTimeout(() => this.controller.abort(new AppError('source_unreadable', sentence)), SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.timeout);
  }

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      this.begin();
      for await (const chunk of body) {
        this.end();
        yield chunk;
        this.begin();
      }
    } finally {
      this.end();
    }
  }
}
