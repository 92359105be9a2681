import { z } from 'zod';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { HostApi } from './host-api.ts';
import { isOwnEntry, type OwnChannel, ownChannels, ownLists } from './own-address.ts';
import type { Registered } from './registered.ts';

const OLDEST = [10, 8] as const;
const STARTING_MS = 60_000;
const GUIDE_MS = 600_000;
const LOOK_MS = 1000;
const CLIENT = 'MediaBrowser Client="Sidecast", Device="Sidecast", DeviceId="sidecast-register", Version="1.0"';

/** How one is let in: with a key, or with a name and a password. */
export type JellyfinLogin =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'user'; readonly name: string; readonly password: string };

export interface JellyfinOptions {
  readonly url: string;
  readonly login: JellyfinLogin;
  /** Where Jellyfin reaches Sidecast, without a slash at its end. */
  readonly address: string;
  /** What Sidecast's own API asks for. */
  readonly ownKey: string | undefined;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
  readonly say: (words: string) => void;
}

const publicInfo = z.object({ Version: z.string() });
const loggedIn = z.object({ AccessToken: z.string() });
/** With all else that is set there, which an entry keeps when its address changes. */
const tunerHost = z.looseObject({ Id: z.string(), Url: z.string().nullish() });
const listingProvider = z.looseObject({ Id: z.string(), Path: z.string().nullish() });
type ListingProvider = z.infer<typeof listingProvider>;
const liveTv = z.object({ TunerHosts: z.array(tunerHost), ListingProviders: z.array(listingProvider) });
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

/**
 * Adds our tuner and guide to a Jellyfin and waits until they have arrived. What is there already stays as it is; an
 * entry of ours whose signature is not worth anything any more gets the new one.
 */
export async function registerAtJellyfin(options: JellyfinOptions): Promise<Registered> {
  const { address, ownKey, say } = options;
  const own = await ownChannels(address, ownKey);
  const lists = await ownLists(address, ownKey);
  const api = await enter(options);
  const config = await api.require(liveTv, '/System/Configuration/livetv');
  const before = await guideRefresh(api);
  const tuners = config.TunerHosts.filter(({ Url }) => isOwnEntry(Url, address, 'channels.m3u'));
  const guides = config.ListingProviders.filter(({ Path }) => isOwnEntry(Path, address, 'guide.xml'));
  const oldTuners = tuners.filter(({ Url }) => Url !== lists.m3u);
  const oldGuides = guides.filter(({ Path }) => Path !== lists.guide);
  const current = guides.filter(({ Path }) => Path === lists.guide);
  const hasTuner = oldTuners.length < tuners.length;
  const hasGuide = current.length > 0;
  if (!hasTuner) await putTuner(api, lists.m3u, oldTuners[0]);
  // Not in its place: Jellyfin before 12 reads a guide again, within the hour, only under a new id.
  if (!hasGuide) await addGuide(api, lists.guide, oldGuides[0]);
  // Where none is there yet, the first old one becomes it.
  await deleteTuners(api, hasTuner ? oldTuners : oldTuners.slice(1));
  await deleteGuides(api, oldGuides);
  const changed = !hasTuner || !hasGuide;
  say(
    changed
      ? 'The tuner and the guide are added; Jellyfin reads them now …'
      : 'The tuner and the guide are there already.',
  );
  if (changed) await waitForGuide(api, before?.LastExecutionResult?.EndTimeUtc, options);
  const missing = await look(api, own, say);
  // A guide that was added just now has been read just now.
  if (missing.length === 0 || !hasGuide) return { changed, missing };
  say('Jellyfin keeps a guide for an hour; it reads this one anew …');
  await readGuideAnew(api, lists.guide, current, options);
  return { changed: true, missing: await look(api, own, say) };
}

/** Takes our tuner and guide away, however often they were added; gives how many there were. */
export async function removeFromJellyfin(options: JellyfinOptions): Promise<number> {
  const { address } = options;
  const api = await enter(options);
  const config = await api.require(liveTv, '/System/Configuration/livetv');
  const tuners = config.TunerHosts.filter(({ Url }) => isOwnEntry(Url, address, 'channels.m3u'));
  const guides = config.ListingProviders.filter(({ Path }) => isOwnEntry(Path, address, 'guide.xml'));
  await deleteTuners(api, tuners);
  await deleteGuides(api, guides);
  if (tuners.length + guides.length > 0) await startGuideRefresh(api);
  return tuners.length + guides.length;
}

const nothing = z.unknown();

async function deleteTuners(api: HostApi, tuners: readonly { readonly Id: string }[]): Promise<void> {
  for (const { Id } of tuners) await api.require(nothing, `/LiveTv/TunerHosts?id=${Id}`, { method: 'DELETE' });
}

async function deleteGuides(api: HostApi, guides: readonly { readonly Id: string }[]): Promise<void> {
  for (const { Id } of guides) await api.require(nothing, `/LiveTv/ListingProviders?id=${Id}`, { method: 'DELETE' });
}

async function addGuide(api: HostApi, url: string, old: ListingProvider | undefined): Promise<void> {
  const { Id: _id, ...kept } = old ?? { Id: '', Type: 'xmltv', EnableAllTuners: true };
  await api.require(z.object({}), '/LiveTv/ListingProviders?validateListings=false&validateLogin=false', {
    method: 'POST',
    body: { ...kept, Path: url },
  });
}

/** Under a new id, with all else that was set: under the one that it has, only 12 would read it within the hour. */
async function readGuideAnew(
  api: HostApi,
  url: string,
  current: readonly ListingProvider[],
  options: JellyfinOptions,
): Promise<void> {
  const before = await guideRefresh(api);
  await addGuide(api, url, current[0]);
  await deleteGuides(api, current);
  await waitForGuide(api, before?.LastExecutionResult?.EndTimeUtc, options);
}

/** Waits until the server has started, refuses one that is too old, and logs in: the one header that all take. */
async function enter({ url, login, clock }: JellyfinOptions): Promise<HostApi> {
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
  api.headers = { Authorization: `${CLIENT}, Token="${await tokenOf(api, login)}"` };
  return api;
}

async function tokenOf(api: HostApi, login: JellyfinLogin): Promise<string> {
  if (login.kind === 'key') return login.key;
  api.headers = { Authorization: CLIENT };
  const body = { Username: login.name, Pw: login.password };
  return (await api.require(loggedIn, '/Users/AuthenticateByName', { method: 'POST', body })).AccessToken;
}

/** A new one, or under the id of an old one, which then has another address. */
async function putTuner(api: HostApi, url: string, old: object | undefined): Promise<void> {
  const made = { Type: 'm3u', FriendlyName: 'Sidecast', AllowStreamSharing: true, IgnoreDts: true };
  const body = { ...(old ?? made), Url: url };
  const { status } = await api.ask('/LiveTv/TunerHosts', { method: 'POST', body });
  if (status < 300) return;
  if (status === 401 || status === 403) {
    throw new AppError('host_unauthorised', 'this login may not change Live TV; give an administrator, or an API key');
  }
  // It reads the playlist before it answers.
  throw new AppError(
    'own_address_unreachable',
    `Jellyfin cannot read ${url} (it answered ${status}); in a container "localhost" is the container ` +
      'itself: give the address at which it reaches this machine with --address http://machine:8765',
  );
}

async function guideRefresh(api: HostApi) {
  return (await api.require(tasks, '/ScheduledTasks')).find(({ Key }) => Key === 'RefreshGuide');
}

/** Jellyfin before 12 keeps the channels of a tuner that has gone until the next one. */
async function startGuideRefresh(api: HostApi): Promise<void> {
  const task = await guideRefresh(api);
  if (task !== undefined) await api.require(nothing, `/ScheduledTasks/Running/${task.Id}`, { method: 'POST' });
}

async function waitForGuide(api: HostApi, endedBefore: string | undefined, { clock }: JellyfinOptions): Promise<void> {
  const until = clock.elapsed() + GUIDE_MS;
  for (;;) {
    await pause(clock);
    const task = await guideRefresh(api);
    const result = task?.LastExecutionResult;
    if (task?.State === 'Idle' && result && result.EndTimeUtc !== endedBefore) {
      if (result.Status === 'Completed') return;
      throw new AppError('host_failed', `Jellyfin's refresh of the guide ended with "${result.Status}"; see its log`);
    }
    if (clock.elapsed() > until) {
      throw new AppError('timeout', 'Jellyfin did not read the guide within ten minutes; see its scheduled tasks');
    }
  }
}

async function look(api: HostApi, own: readonly OwnChannel[], say: (words: string) => void): Promise<string[]> {
  const { Items: there } = await api.require(channelList, '/LiveTv/Channels');
  const missing: string[] = [];
  for (const { number, name } of own) {
    const channel = there.find((each) => each.Number === number);
    const programmes =
      channel && (await api.require(programmeList, `/LiveTv/Programs?channelIds=${channel.Id}&limit=1`));
    const state = channel === undefined ? 'not there' : programmes?.Items.length === 0 ? 'no programmes' : 'ok';
    say(`  ${state === 'ok' ? '✓' : '✗'} ${number} ${name}${state === 'ok' ? '' : `: ${state}`}`);
    if (state !== 'ok') missing.push(`${number} ${name}: ${state}`);
  }
  return missing;
}

function pause(clock: Pick<Clock, 'after'>): Promise<void> {
  return new Promise((resolve) => clock.after(LOOK_MS, resolve));
}
