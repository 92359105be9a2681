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
}

/** What /api/channels/:id/now says of a programme. */
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

/** What /api/streams says of a stream. */
export interface StreamJson {
  readonly channel_id: string;
  readonly state: string;
  readonly client_count: number;
  readonly ffmpeg_pid: number;
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

  constructor(url: string) {
    this.url = url;
  }

  async json<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path);
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

  channels(): Promise<ChannelJson[]> {
    return this.json('/api/channels');
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

  now(channelId: string): Promise<NowJson> {
    return this.json(`/api/channels/${channelId}/now`);
  }

  streams(): Promise<StreamJson[]> {
    return this.json('/api/streams');
  }
}
