import { get } from 'node:http';
import { until } from './until.ts';

/** A tuner: reads a continuous stream and keeps its bytes. */
export class TsViewer {
  readonly #chunks: Buffer[] = [];
  readonly #leave: () => void;
  status = 0;
  hasEnded = false;

  constructor(url: string) {
    const request = get(url, { agent: false }, (response) => {
      this.status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
      response.on('close', () => (this.hasEnded = true));
      response.on('error', () => {});
    });
    request.on('error', () => (this.hasEnded = true));
    this.#leave = () => request.destroy();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  async watches(): Promise<this> {
    await until('the continuous stream sends its first bytes', () => this.#chunks.length > 0);
    return this;
  }

  async end(): Promise<void> {
    await until('the continuous stream ends', () => this.hasEnded);
  }

  leave(): void {
    this.#leave();
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}
