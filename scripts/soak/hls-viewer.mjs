import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 500;

/** A plain HLS player that stays through restarts and keeps each segment, once and in order, in a folder. */
export class HlsViewer {
  /** What a player would have stumbled over. */
  faults = [];
  #url;
  #folder;
  #listed = [];
  #last;
  #done = false;
  #playing;

  constructor(url, folder) {
    this.#url = url;
    this.#folder = folder;
    this.#playing = this.#play();
  }

  get segments() {
    return this.#listed.length;
  }

  /** Ends, writes what was played as a complete playlist, and gives its path. */
  async stop() {
    this.#done = true;
    await this.#playing;
    const longest = Math.max(...this.#listed.map(({ extinf }) => Number(extinf)));
    const file = path.join(this.#folder, 'played.m3u8');
    const lines = this.#listed.flatMap(({ date, extinf, name }) => [
      ...[`#EXT-X-PROGRAM-DATE-TIME:${date}`, `#EXTINF:${extinf},`, name],
    ]);
    const head = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${Math.round(longest)}`];
    const sequence = `#EXT-X-MEDIA-SEQUENCE:${this.#listed[0]?.number ?? 0}`;
    await writeFile(file, [...head, sequence, ...lines, '#EXT-X-ENDLIST', ''].join('\n'));
    return file;
  }

  async #play() {
    await mkdir(this.#folder, { recursive: true });
    while (!this.#done) {
      // While the sidecar is away, a player asks again.
      await this.#load().catch(() => {});
      await delay(POLL_MS);
    }
  }

  async #load() {
    const response = await fetch(this.#url);
    const text = await response.text();
    if (!response.ok) return void this.faults.push(`the playlist answered ${response.status}: ${text}`);
    this.#url = response.url;
    if (text.includes('DISCONTINUITY')) this.faults.push('a discontinuity was listed');
    const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]);
    const entries = [...text.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(\S+)\n#EXTINF:([\d.]+),\n(\S+)\n/g)];
    for (const [index, [, date, extinf, uri]] of entries.entries()) {
      const number = first + index;
      if (this.#last === undefined ? index < entries.length - 3 : number <= this.#last) continue;
      if (this.#last !== undefined && number !== this.#last + 1)
        this.faults.push(`${this.#last} is followed by ${number}`);
      await this.#keep(number, { date, extinf, uri });
    }
  }

  async #keep(number, { date, extinf, uri }) {
    const response = await fetch(new URL(uri, this.#url));
    if (!response.ok) return void this.faults.push(`segment ${number} answered ${response.status}`);
    const name = `${number}.ts`;
    await writeFile(path.join(this.#folder, name), Buffer.from(await response.arrayBuffer()));
    this.#listed.push({ number, date, extinf, name });
    this.#last = number;
  }
}
