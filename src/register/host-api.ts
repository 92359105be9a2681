import type { z } from 'zod';
import { AppError, fetchFailure } from '../shared/errors.ts';

/** How long a media server may take for an answer: it may load our channels meanwhile. */
const ANSWER_MS = 30_000;

export interface HostRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
}

/** What a media server answered. */
export interface HostAnswer {
  readonly status: number;
  readonly text: string;
}

/** A media server by HTTP. `headers` go with each request. */
export class HostApi {
  readonly #url: string;
  readonly #host: string;
  headers: Readonly<Record<string, string>> = {};

  constructor(host: string, url: string) {
    this.#host = host;
    this.#url = url.replace(/\/+$/, '');
  }

  /** Any answer, whatever its status; `host_unreachable` where none comes. */
  async ask(path: string, { method = 'GET', body }: HostRequest = {}): Promise<HostAnswer> {
    const headers = { Accept: 'application/json', ...this.headers };
    try {
      const response = await fetch(this.#url + path, {
        method,
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new AppError(
        'host_unreachable',
        `${this.#host} does not answer at ${this.#url} (${fetchFailure(error)}); check the address, and that it runs`,
        { cause: error },
      );
    }
  }

  /** An answer that has to be what `schema` says; `host_unauthorised`, or `host_failed` with what came instead. */
  async require<T>(schema: z.ZodType<T>, path: string, request: HostRequest = {}): Promise<T> {
    const { status, text } = await this.ask(path, request);
    const what = `${request.method ?? 'GET'} ${path.split('?', 1)[0]}`;
    if (status === 401 || status === 403) {
      throw new AppError(
        'host_unauthorised',
        `${this.#host} does not accept the login (${what}: ${status}); give a key or an account that may administer it`,
      );
    }
    const parsed = schema.safeParse(status < 300 ? parseJSON(text) : undefined);
    if (status < 300 && parsed.success) return parsed.data;
    throw new AppError('host_failed', `${this.#host} answered ${what} with ${status}; is this its address?`);
  }
}

function parseJSON(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
