import { z } from 'zod';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { HostApi } from './host-api.ts';
import { pause } from './pause.ts';

const OLDEST = [10, 8] as const;
const STARTING_MS = 60_000;
const GUIDE_MS = 600_000;
const CLIENT = 'MediaBrowser Client="Sidecast", Device="Sidecast", DeviceId="sidecast-register", Version="1.0"';

/** How one is let in: with a key, or with a name and a password. */
export type JellyfinLogin =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'user'; readonly name: string; readonly password: string };

export interface JellyfinEntrance {
  readonly url: string;
  readonly login: JellyfinLogin;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
}

const nothing = z.unknown();
const publicInfo = z.object({ Version: z.string() });
const loggedIn = z.object({ AccessToken: z.string() });
/** With all else that is set there, which an entry keeps when its address changes. */
const tunerHost = z.looseObject({ Id: z.string(), Url: z.string().nullish() });
const listingProvider = z.looseObject({ Id: z.string(), Path: z.string().nullish() });
const liveTv = z.object({ TunerHosts: z.array(tunerHost), ListingProviders: z.array(listingProvider) });
export type TunerHost = z.infer<typeof tunerHost>;
export type ListingProvider = z.infer<typeof listingProvider>;
const tasks = z.array(
  z.object({
    ...{ Id: z.string(), Key: z.string() },
    State: z.string(),
    LastExecutionResult: z.object({ EndTimeUtc: z.string(), Status: z.string() }).nullish(),
  }),
);
const channelList = z.object({
  Items: z.array(z.object({ Id: z.string(), Name: z.string(), Number: z.string().nullish() })),
});
const programmeList = z.object({ Items: z.array(z.object({ Id: z.string() })) });

/** The Live TV of a Jellyfin, by requests that every generation takes. */
export class JellyfinApi {
  readonly #api: HostApi;
  readonly #clock: JellyfinEntrance['clock'];

  private constructor(api: HostApi, clock: JellyfinEntrance['clock']) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Waits until the server has started, refuses one that is too old, and logs in. */
  static async enter({ url, login, clock }: JellyfinEntrance): Promise<JellyfinApi> {
    const api = new HostApi('Jellyfin', url);
    const until = clock.elapsed() + STARTING_MS;
    // A server that starts answers 200 as well: only the word counts.
    while ((await api.ask('/health')).text.trim() !== 'Healthy') {
      if (clock.elapsed() > until) {
        throw new AppError(
          'host_failed',
          `Jellyfin at ${url} does not become healthy; see its log, and that this is its address`,
        );
      }
      await pause(clock);
    }
    const { Version } = await api.require(publicInfo, '/System/Info/Public');
    const [major = 0, minor = 0] = Version.split('.').map(Number);
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
      throw new AppError('host_too_old', `Jellyfin ${Version} is too old; update it to ${OLDEST.join('.')} or newer`);
    }
    // The one header that all take.
    api.headers = { Authorization: `${CLIENT}, Token="${await tokenOf(api, login)}"` };
    return new JellyfinApi(api, clock);
  }

  async entries(): Promise<{ readonly tuners: readonly TunerHost[]; readonly guides: readonly ListingProvider[] }> {
    const { TunerHosts, ListingProviders } = await this.#api.require(liveTv, '/System/Configuration/livetv');
    return { tuners: TunerHosts, guides: ListingProviders };
  }

  /** A new tuner, or under the id of an old one, which then has another address. */
  async putTuner(url: string, old: TunerHost | undefined): Promise<void> {
    const made = { Type: 'm3u', FriendlyName: 'Sidecast', AllowStreamSharing: true, IgnoreDts: true };
    const body = { ...(old ?? made), Url: url };
    const { status } = await this.#api.ask('/LiveTv/TunerHosts', { method: 'POST', body });
    if (status < 300) return;
    if (status === 401 || status === 403) {
      throw new AppError(
        'host_unauthorised',
        'this login may not change Live TV; give an administrator, or an API key',
      );
    }
    // It reads the playlist before it answers.
    throw new AppError(
      'own_address_unreachable',
      `Jellyfin cannot read ${url} (it answered ${status}); in a container "localhost" is the container ` +
        'itself: give the address at which it reaches this machine with --address http://machine:8765',
    );
  }

  /** Under a new id, with all else that an old one has: under the same id only 12 would read it within the hour. */
  async addGuide(url: string, old: ListingProvider | undefined): Promise<void> {
    const { Id: _id, ...kept } = old ?? { Id: '', Type: 'xmltv', EnableAllTuners: true };
    const path = '/LiveTv/ListingProviders?validateListings=false&validateLogin=false';
    await this.#api.require(z.object({}), path, { method: 'POST', body: { ...kept, Path: url } });
  }

  async deleteTuners(tuners: readonly TunerHost[]): Promise<void> {
    for (const { Id } of tuners) {
      await this.#api.require(nothing, `/LiveTv/TunerHosts?id=${Id}`, { method: 'DELETE' });
    }
  }

  async deleteGuides(guides: readonly ListingProvider[]): Promise<void> {
    for (const { Id } of guides) {
      await this.#api.require(nothing, `/LiveTv/ListingProviders?id=${Id}`, { method: 'DELETE' });
    }
  }

  /** Begins the task that reads tuners, and guides that are older than an hour. */
  async startRefresh(): Promise<void> {
    const task = await this.#refreshTask();
    if (task !== undefined) await this.#api.require(nothing, `/ScheduledTasks/Running/${task.Id}`, { method: 'POST' });
  }

  /** Does what has Jellyfin read its tuners and guides, and waits until it has. */
  async refreshedBy(action: () => Promise<void>): Promise<void> {
    const before = (await this.#refreshTask())?.LastExecutionResult?.EndTimeUtc;
    await action();
    const until = this.#clock.elapsed() + GUIDE_MS;
    for (;;) {
      await pause(this.#clock);
      const task = await this.#refreshTask();
      const result = task?.LastExecutionResult;
      if (task?.State === 'Idle' && result && result.EndTimeUtc !== before) {
        if (result.Status === 'Completed') return;
        throw new AppError('host_failed', `Jellyfin's refresh of the guide ended with "${result.Status}"; see its log`);
      }
      if (this.#clock.elapsed() > until) {
        throw new AppError('timeout', 'Jellyfin did not read the guide within ten minutes; see its scheduled tasks');
      }
    }
  }

  /** The ids of the channels by their numbers. */
  async channels(): Promise<ReadonlyMap<string, string>> {
    const { Items } = await this.#api.require(channelList, '/LiveTv/Channels');
    return new Map(Items.flatMap(({ Id, Number: number }) => (number ? [[number, Id]] : [])));
  }

  async hasProgrammes(channelId: string): Promise<boolean> {
    const path = `/LiveTv/Programs?channelIds=${channelId}&limit=1`;
    return (await this.#api.require(programmeList, path)).Items.length > 0;
  }

  async #refreshTask() {
    return (await this.#api.require(tasks, '/ScheduledTasks')).find(({ Key }) => Key === 'RefreshGuide');
  }
}

async function tokenOf(api: HostApi, login: JellyfinLogin): Promise<string> {
  if (login.kind === 'key') return login.key;
  api.headers = { Authorization: CLIENT };
  const body = { Username: login.name, Pw: login.password };
  return (await api.require(loggedIn, '/Users/AuthenticateByName', { method: 'POST', body })).AccessToken;
}
