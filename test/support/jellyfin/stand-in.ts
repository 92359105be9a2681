import path from 'node:path';
import { JellyfinClient } from './client.ts';
import { type Guide, matchChannel, type Programme, readGuide } from './guide.ts';
import { type Probed, SharedStream } from './live-stream.ts';
import { readPlaylist, type TunerEntry } from './playlist.ts';

const GUIDE_CACHE_MS = 3_600_000;

/** A generation of Jellyfin, by what was observed of it. */
export interface Generation {
  readonly version: string;
  /** Icons of all channels at every refresh, rather than when a client first asks for one. */
  readonly fetchesIconsAtRefresh: boolean;
  /** A guide that is saved again under the id that it has is read again at once, not within the hour. */
  readonly rereadsGuide: boolean;
}

export const GENERATIONS: readonly Generation[] = [
  { version: '10.10.7', fetchesIconsAtRefresh: false, rereadsGuide: false },
  { version: '10.11.11', fetchesIconsAtRefresh: false, rereadsGuide: false },
  { version: '12.0.0', fetchesIconsAtRefresh: true, rereadsGuide: true },
];

/** A channel as its clients see it. */
export interface Channel extends TunerEntry {
  readonly programmes: readonly Programme[];
}

/** A viewer's or a recording's part of a shared stream. */
export interface Opened {
  readonly stream: SharedStream;
  readonly probed: Probed;
  /** What it has been sent. */
  readonly bytes: () => Buffer;
  close(): void;
}

interface Device {
  readonly url: string;
  readonly tunerCount: number;
}

/** Jellyfin's Live TV towards a tuner, as three generations of it were observed. */
export class StandInJellyfin {
  readonly client: JellyfinClient;
  readonly #generation: Generation;
  readonly #folder: string;
  readonly #playlists: string[] = [];
  readonly #devices: Device[] = [];
  readonly #guides = new Map<
    string,
    { readonly url: string; cached?: { readonly guide: Guide; readonly atMs: number } }
  >();
  #channels: Channel[] = [];
  readonly #probed = new Map<string, Probed>();
  readonly #open = new Map<string, SharedStream>();
  #files = 0;

  constructor(generation: Generation, folder: string) {
    this.#generation = generation;
    this.#folder = folder;
    this.client = new JellyfinClient(generation.version);
  }

  get channels(): readonly Channel[] {
    return this.#channels;
  }

  /** Reads the playlist at once; where that fails nothing is saved. */
  async addPlaylist(url: string): Promise<void> {
    await this.client.text(url);
    this.#playlists.push(url);
  }

  async addDevice(url: string): Promise<void> {
    const { TunerCount } = JSON.parse(await this.client.text(`${url}/discover.json`)) as { TunerCount: number };
    this.#devices.push({ url, tunerCount: TunerCount });
  }

  /** Saves a guide unseen, whatever its address is worth: under a new id, or in the place of the one that has it. */
  saveGuide(url: string, id = `guide-${this.#files++}`): string {
    const cached = this.#generation.rereadsGuide ? undefined : this.#guides.get(id)?.cached;
    this.#guides.set(id, { url, ...(cached && { cached }) });
    return id;
  }

  removeGuide(id: string): void {
    this.#guides.delete(id);
  }

  /** The guide task: every playlist and line-up anew, the guide once an hour, pictures. */
  async refresh(): Promise<void> {
    const entries: TunerEntry[] = [];
    for (const url of this.#playlists) entries.push(...readPlaylist(await this.client.text(url), url));
    for (const device of this.#devices) entries.push(...(await this.#lineup(device)));
    const guide = await this.#readGuides();
    this.#channels = entries.map((entry) => ({ ...entry, programmes: programmesOf(guide, entry) }));
    if (this.#generation.fetchesIconsAtRefresh) {
      for (const entry of entries) {
        const icon = matchChannel(guide, entry)?.icon ?? entry.logo;
        if (icon !== undefined) await this.client.picture(icon);
      }
    }
    const pictures = [...new Set(guide.programmes.flatMap(({ icon }) => icon ?? []))];
    for (let from = 0; from < pictures.length; from += 2) {
      await Promise.all(pictures.slice(from, from + 2).map((icon) => this.client.picture(icon)));
    }
  }

  /** The programmes that a channel would have if the tuner told less of it. */
  programmesFor(tuned: Pick<TunerEntry, 'guideId' | 'number' | 'name'>): readonly Programme[] {
    return programmesOf(this.#guide, tuned);
  }

  /** Somebody watches, or a recording begins: the stream that is open is shared, and what was probed is known for weeks. */
  async open(channel: Pick<Channel, 'id' | 'url'>): Promise<Opened> {
    let stream = this.#open.get(channel.id);
    // One whose tuner has ended its answer is replaced when the next viewer comes, not before.
    if (stream === undefined || stream.hasEnded) {
      stream = await this.#tune(channel);
      this.#open.set(channel.id, stream);
    }
    stream.viewers++;
    try {
      const file = path.join(this.#folder, `${this.#generation.version}-${this.#files++}.ts`);
      const probed = this.#probed.get(channel.id) ?? (await stream.probe(file));
      this.#probed.set(channel.id, probed);
      const shared = stream;
      return { stream: shared, probed, bytes: () => shared.bytes(), close: () => this.#leave(channel.id, shared) };
    } catch (error) {
      this.#leave(channel.id, stream);
      throw error;
    }
  }

  /** What is open on a channel. */
  streamOf({ id }: Pick<Channel, 'id'>): SharedStream | undefined {
    return this.#open.get(id);
  }

  close(): void {
    for (const stream of this.#open.values()) stream.close();
    this.client.close();
  }

  /** All tuners of a device in use: it refuses by itself, and the device is not asked. */
  async #tune({ id, url }: Pick<Channel, 'id' | 'url'>): Promise<SharedStream> {
    const device = this.#devices.find((each) => id.startsWith('hdhr_') && url.startsWith(each.url));
    if (device === undefined) return SharedStream.open(this.client, url);
    const inUse = [...this.#open].filter(([each, { hasEnded }]) => each.startsWith('hdhr_') && !hasEnded).length;
    if (inUse >= device.tunerCount) throw new Error('500 Error processing request.');
    return SharedStream.openTuner(this.client, url);
  }

  #leave(id: string, stream: SharedStream): void {
    stream.viewers--;
    if (stream.viewers > 0) return;
    stream.close();
    if (this.#open.get(id) === stream) this.#open.delete(id);
  }

  async #lineup({ url }: Device): Promise<TunerEntry[]> {
    await this.client.text(`${url}/discover.json`);
    const lines = JSON.parse(await this.client.text(`${url}/lineup.json`)) as {
      GuideNumber: string;
      GuideName: string;
      URL: string;
    }[];
    return lines.map((line) => ({
      ...{ id: `hdhr_${line.GuideNumber}`, number: line.GuideNumber, name: line.GuideName, url: line.URL },
      ...{ guideId: undefined, logo: undefined },
    }));
  }

  /** Each at most once an hour, and kept whatever its status was; only of an answer that breaks off nothing is kept. */
  async #readGuides(): Promise<Guide> {
    for (const known of this.#guides.values()) {
      if (known.cached !== undefined && Date.now() - known.cached.atMs < GUIDE_CACHE_MS) continue;
      const answer = await this.client.answer(known.url).catch(() => undefined);
      if (answer !== undefined) known.cached = { guide: readGuide(answer.body), atMs: Date.now() };
    }
    return this.#guide;
  }

  /** All that it knows by its guides. */
  get #guide(): Guide {
    const known = [...this.#guides.values()].flatMap(({ cached }) => cached?.guide ?? []);
    return {
      channels: known.flatMap(({ channels }) => channels),
      programmes: known.flatMap(({ programmes }) => programmes),
    };
  }
}

function programmesOf(guide: Guide, tuned: Pick<TunerEntry, 'guideId' | 'number' | 'name'>): readonly Programme[] {
  const channel = matchChannel(guide, tuned);
  return guide.programmes.filter(({ channelId }) => channelId === channel?.id);
}
