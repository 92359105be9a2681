import { missingAt } from './jellyfin-arrivals.ts';
import { JellyfinApi, type JellyfinEntrance } from './jellyfin-api.ts';
import { isOwnEntry, ownChannels, ownLists } from './own-address.ts';
import type { Registered } from './registered.ts';

export interface JellyfinOptions extends JellyfinEntrance {
  /** Where Jellyfin reaches Sidecast, without a slash at its end. */
  readonly address: string;
  /** What Sidecast's own API asks for. */
  readonly ownKey: string | undefined;
  readonly say: (words: string) => void;
}

/**
 * Adds our tuner and guide to a Jellyfin and waits until they have arrived. What is there already stays as it is; an
 * entry of ours whose signature is not worth anything any more gets the new one.
 */
export async function registerAtJellyfin(options: JellyfinOptions): Promise<Registered> {
  const { address, ownKey, say } = options;
  const own = await ownChannels(address, ownKey);
  const lists = await ownLists(address, ownKey);
  const api = await JellyfinApi.enter(options);
  const { tuners, guides } = await ownEntries(api, address);
  const oldTuners = tuners.filter(({ Url }) => Url !== lists.m3u);
  const oldGuides = guides.filter(({ Path }) => Path !== lists.guide);
  const current = guides.filter(({ Path }) => Path === lists.guide);
  const hasTuner = oldTuners.length < tuners.length;
  const hasGuide = current.length > 0;

  async function change(): Promise<void> {
    if (!hasTuner) await api.putTuner(lists.m3u, oldTuners[0]);
    if (!hasGuide) await api.addGuide(lists.guide, oldGuides[0]);
    // Where none is there yet, the first old one has become it.
    await api.deleteTuners(hasTuner ? oldTuners : oldTuners.slice(1));
    await api.deleteGuides(oldGuides);
  }

  if (!hasTuner || !hasGuide) {
    await api.refreshedBy(async () => {
      await change();
      say('The tuner and the guide are added; Jellyfin reads them now …');
    });
  } else {
    await change();
    say('The tuner and the guide are there already.');
  }
  const missing = await missingAt(api, own, say);
  // A guide that was added just now has been read just now.
  if (missing.length === 0 || !hasGuide) return { missing };
  await api.refreshedBy(async () => {
    say('Jellyfin keeps a guide for an hour; it reads this one anew …');
    await api.addGuide(lists.guide, current[0]);
    await api.deleteGuides(current);
  });
  return { missing: await missingAt(api, own, say) };
}

/** Takes our tuner and guide away, however often they were added; gives how many there were. */
export async function removeFromJellyfin(options: JellyfinOptions): Promise<number> {
  const api = await JellyfinApi.enter(options);
  const { tuners, guides } = await ownEntries(api, options.address);
  await api.deleteTuners(tuners);
  await api.deleteGuides(guides);
  const count = tuners.length + guides.length;
  // Jellyfin before 12 keeps the channels of a tuner that has gone until the next one.
  if (count > 0) await api.startRefresh();
  return count;
}

async function ownEntries(api: JellyfinApi, address: string) {
  const { tuners, guides } = await api.entries();
  return {
    tuners: tuners.filter(({ Url }) => isOwnEntry(Url, address, 'channels.m3u')),
    guides: guides.filter(({ Path }) => isOwnEntry(Path, address, 'guide.xml')),
  };
}
