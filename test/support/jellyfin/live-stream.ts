import type { IncomingMessage } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { until } from '../until.ts';
import type { JellyfinClient } from './client.ts';

/** It waits so long after the first byte may come, whatever comes, and then looks at what it has. */
const WAIT_MS = 3000;

/** What it remembers of a channel for weeks. */
export interface Probed {
  readonly codecs: readonly string[];
  readonly size: string;
  readonly rate: string;
}

/** One request to the tuner, shared by all who watch: it is never repeated, and nobody is told when it ends. */
export class SharedStream {
  readonly #source: IncomingMessage;
  readonly #chunks: Buffer[] = [];
  /** The tuner has ended its answer. */
  hasEnded = false;
  viewers = 0;

  private constructor(source: IncomingMessage) {
    this.#source = source;
    source.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    source.on('close', () => (this.hasEnded = true));
    source.on('error', () => {});
  }

  /** Without an extension in the address it asks by HEAD first what it will get. The status of the GET is not looked at. */
  static async open(client: JellyfinClient, url: string): Promise<SharedStream> {
    if (!/\.\w+$/.test(new URL(url).pathname)) {
      const head = await client.open('HEAD', url);
      head.resume();
      const type = head.headers['content-type'] ?? '';
      if (head.statusCode !== 200 || type.toLowerCase() !== 'video/mp2t') throw new Error(`not shared: ${type}`);
    }
    return new SharedStream(await client.open('GET', url));
  }

  /** As the device's own kind of tuner does it: without asking first. */
  static async openTuner(client: JellyfinClient, url: string): Promise<SharedStream> {
    return new SharedStream(await client.open('GET', url));
  }

  /** ffprobe on what was written so far; nothing at all is an error at once. */
  async probe(file: string): Promise<Probed> {
    await Promise.race([pause(WAIT_MS), until('it ends', () => this.hasEnded)]);
    if (this.size === 0) throw new Error('500 Error processing request.');
    await writeFile(file, this.bytes());
    const args = ['-v', 'error', '-analyzeduration', '3000000', '-of', 'json', '-show_streams', file];
    const { streams } = JSON.parse((await execa('ffprobe', args)).stdout) as {
      streams: { codec_name: string; width?: number; height?: number; r_frame_rate: string }[];
    };
    const [picture] = streams.filter(({ width }) => width !== undefined);
    return {
      codecs: streams.map(({ codec_name: name }) => name).sort(),
      size: `${picture?.width}x${picture?.height}`,
      rate: picture?.r_frame_rate ?? '',
    };
  }

  get size(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** What a viewer gets who joined when so many bytes were there; all of the buffer for 0. */
  bytes(from = 0): Buffer {
    return Buffer.concat(this.#chunks).subarray(from);
  }

  /** Drops the request at once. */
  close(): void {
    this.#source.destroy();
  }
}
