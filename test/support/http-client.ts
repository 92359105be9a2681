import { until } from './until.ts';

/** What /api/channels says of a channel. */
export interface ChannelJson {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  /** "25" or "24000/1001". */
  readonly frame_rate: string;
  readonly segment_seconds: number;
  readonly qualities: readonly string[];
  readonly listed: boolean;
}

/** What is said of a programme. */
export interface ProgrammeJson {
  readonly start: string;
  readonly stop: string;
  readonly title: string;
}

export interface NowJson {
  readonly time: string;
  readonly now: ProgrammeJson | null;
  readonly next: ProgrammeJson | null;
}

interface Told {
  readonly start: string;
  readonly end: string;
  readonly item: { readonly title: string };
}

/** What /api/channels/:id/now says. */
interface Answer {
  readonly time: string;
  readonly now: Told | null;
  readonly next: Told | null;
}

function programmeOf({ start, end, item }: Told): ProgrammeJson {
  return { start, stop: end, title: item.title };
}

/** What /api/streams says of a stream. */
export interface StreamJson {
  readonly channel_id: string;
  readonly state: string;
  readonly client_count: number;
  readonly ffmpeg_pid: number;
  readonly last_error: string;
  readonly output_dir: string;
  readonly join_count: number;
  readonly slate_count: number;
  readonly late_count: number;
}

/** What /api/health says. */
export interface HealthJson {
  readonly status: string;
  readonly causes: readonly { readonly code: string; readonly message: string; readonly advice: string }[];
}

/** A sidecar as its clients see it. */
export class ApiClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** With the key, where one is asked for. */
  constructor(url: string, apiKey?: string) {
    this.url = url;
    this.#headers = apiKey === undefined ? {} : { 'x-api-key': apiKey };
  }

  async json<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path, { headers: this.#headers });
    if (!response.ok) throw new Error(`GET ${path} answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async text(path: string): Promise<string> {
    return (await fetch(this.url + path)).text();
  }

  async status(path: string, init?: RequestInit): Promise<number> {
    const response = await fetch(this.url + path, init);
    await response.arrayBuffer();
    return response.status;
  }

  /** Those that viewers may have. */
  async channels(): Promise<ChannelJson[]> {
    return (await this.json<ChannelJson[]>('/api/channels')).filter(({ listed }) => listed);
  }

  /** The first channel, as soon as something is planned on it. */
  async channel(): Promise<ChannelJson> {
    return until('a channel is on air', async () => {
      for (const channel of await this.channels()) if ((await this.now(channel.id)).now !== null) return channel;
      return undefined;
    });
  }

  async health(): Promise<HealthJson> {
    return (await fetch(`${this.url}/api/health`)).json() as Promise<HealthJson>;
  }

  async now(channelId: string): Promise<NowJson> {
    const { time, now, next } = await this.json<Answer>(`/api/channels/${channelId}/now`);
    return { time, now: now && programmeOf(now), next: next && programmeOf(next) };
  }

  streams(): Promise<StreamJson[]> {
    return this.json('/api/streams');
  }
}
