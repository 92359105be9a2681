import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './until.ts';

/** A segment as a playlist lists it. */
export interface Listed {
  readonly sequence: number;
  readonly extinf: string;
  /** Milliseconds since the epoch. */
  readonly dateMs: number;
  readonly uri: string;
}

export interface Played extends Listed {
  readonly bytes: Buffer;
}

/** A media playlist as it came, read by a parser that shares nothing with the sidecar. */
export interface Playlist {
  readonly text: string;
  readonly mediaSequence: number;
  readonly segments: readonly Listed[];
}

/** Plays a media playlist as a plain player does: keeps asking for it, and fetches each segment once, in order. */
export class HlsPlayer {
  readonly played: Played[] = [];
  readonly playlists: Playlist[] = [];
  readonly #name: string;
  #address = '';

  /** Players that ask from one machine under one name are taken for one viewer. */
  constructor(name = 'player') {
    this.#name = name;
  }

  /** Tunes in to a media playlist, or goes on with the same one at another address. */
  tuneTo(address: string): this {
    this.#address = address;
    return this;
  }

  get next(): number | undefined {
    const last = this.played.at(-1);
    return last && last.sequence + 1;
  }

  /** Asks for the playlist once and plays what is new. The first time it begins three segments from the end. */
  async load(): Promise<Playlist> {
    const response = await fetch(this.#address, { headers: { 'user-agent': this.#name } });
    const text = await response.text();
    if (!response.ok) throw new Error(`the playlist answers ${response.status}: ${text}`);
    // A redirect named the viewer, who keeps that name.
    this.#address = response.url;
    const playlist = parsePlaylist(text);
    this.playlists.push(playlist);
    const from = this.next ?? playlist.segments.at(-3)?.sequence ?? playlist.mediaSequence;
    await this.#fillGap(from, playlist);
    for (const listed of playlist.segments.filter(({ sequence }) => sequence >= from)) {
      this.played.push({ ...listed, bytes: await this.#fetch(listed.uri) });
    }
    return playlist;
  }

  /** Plays on until it is enough. */
  async playUntil(what: string, isEnough: (player: this) => boolean, options?: { limitMs?: number }): Promise<void> {
    await until(
      what,
      async () => {
        await this.load();
        if (isEnough(this)) return true;
        await pause(100);
        return undefined;
      },
      options,
    );
  }

  /** Writes what was played, or these segments, as a complete playlist, and gives its path. */
  async save(folder: string, segments: readonly Played[] = this.played): Promise<string> {
    await mkdir(folder, { recursive: true });
    for (const { sequence, bytes } of segments) await writeFile(path.join(folder, `${sequence}.ts`), bytes);
    const file = path.join(folder, 'played.m3u8');
    await writeFile(file, completePlaylist(segments));
    return file;
  }

  /** What a restart left out of the list is still to be had by its name; what time itself left out is not. */
  async #fillGap(from: number, { text, mediaSequence, segments }: Playlist): Promise<void> {
    if (/^#EXT-X-DISCONTINUITY$/m.test(text)) return;
    const [first] = segments;
    const last = this.played.at(-1);
    if (first === undefined || last === undefined || first.extinf !== last.extinf) return;
    for (let sequence = from; sequence < mediaSequence; sequence++) {
      const uri = first.uri.replace(/\d+\.ts$/, `${sequence}.ts`);
      const bytes = await this.#fetch(uri).catch(() => undefined);
      if (bytes === undefined) return;
      const dateMs = first.dateMs - (mediaSequence - sequence) * Number.parseFloat(first.extinf) * 1000;
      this.played.push({
        sequence,
        uri,
        extinf: first.extinf,
        dateMs: Math.round(dateMs),
        bytes,
      });
    }
  }

  async #fetch(uri: string): Promise<Buffer> {
    const response = await fetch(new URL(uri, this.#address));
    if (!response.ok) throw new Error(`${uri} answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }
}

function completePlaylist(segments: readonly Played[]): string {
  const [first] = segments;
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${Math.round(Number.parseFloat(first?.extinf ?? '1'))}`],
    `#EXT-X-MEDIA-SEQUENCE:${first?.sequence ?? 0}`,
    ...segments.flatMap(({ sequence, extinf, dateMs }) => [
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(dateMs).toISOString()}`,
      `#EXTINF:${extinf},`,
      `${sequence}.ts`,
    ]),
    '#EXT-X-ENDLIST\n',
  ].join('\n');
}

export function parsePlaylist(text: string): Playlist {
  const mediaSequence = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(text)?.[1]);
  const entries = [...text.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(\S+)\n#EXTINF:([\d.]+),\n(\S+)\n/g)];
  const segments = entries.map(([, date = '', extinf = '', uri = ''], index) => ({
    sequence: mediaSequence + index,
    extinf,
    dateMs: Date.parse(date),
    uri,
  }));
  return { text, mediaSequence, segments };
}
