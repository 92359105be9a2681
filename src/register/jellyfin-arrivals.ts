import type { JellyfinApi } from './jellyfin-api.ts';
import { channelsWithProgrammes, type OwnChannel } from './own-address.ts';

/** What became of our channels at a Jellyfin. */
export interface Arrivals {
  /** Channels that are not there, or without programmes though we have some. */
  readonly missing: readonly string[];
  /** Of some of them it would know programmes if it read our guide. */
  readonly lacksProgrammes: boolean;
}

export interface LookOptions {
  readonly own: readonly OwnChannel[];
  /** Where our guide is. */
  readonly guide: string;
  readonly say: (words: string) => void;
}

const EMPTY = 'its guide is empty, since nothing is planned for it: give it programming';

/** Looks which of our channels are there with their programmes, and says so of each. */
export async function look(api: JellyfinApi, { own, guide, say }: LookOptions): Promise<Arrivals> {
  const ids = await api.channels();
  // Looked into only where a channel has no programmes there: it may be long.
  let ours: Promise<ReadonlySet<string>> | undefined;
  const missing: string[] = [];
  let lacksProgrammes = false;
  for (const { number, name, guide_id: guideId } of own) {
    const id = ids.get(number);
    const isWhole = id !== undefined && (await api.hasProgrammes(id));
    const isLacking = !isWhole && (await (ours ??= channelsWithProgrammes(guide))).has(guideId);
    const trouble = id === undefined ? 'not there' : isLacking ? 'no programmes' : undefined;
    const words = trouble ?? (isWhole ? undefined : EMPTY);
    say(`  ${trouble === undefined ? '✓' : '✗'} ${number} ${name}${words === undefined ? '' : `: ${words}`}`);
    if (trouble !== undefined) missing.push(`${number} ${name}: ${trouble}`);
    lacksProgrammes ||= isLacking;
  }
  return { missing, lacksProgrammes };
}
