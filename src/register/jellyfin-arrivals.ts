import type { JellyfinApi } from './jellyfin-api.ts';
import type { OwnChannel } from './own-address.ts';

/**
 * Looks which of our channels are at a Jellyfin with programmes, and says so of each; gives those that are not. Our guide
 * tells of every channel, if only that it is off air.
 */
export async function missingAt(
  api: JellyfinApi,
  own: readonly OwnChannel[],
  say: (words: string) => void,
): Promise<string[]> {
  const ids = await api.channels();
  const missing: string[] = [];
  for (const { number, name } of own) {
    const id = ids.get(number);
    const isThere = id !== undefined && (await api.hasProgrammes(id));
    const trouble = id === undefined ? ': not there' : isThere ? '' : ': no programmes';
    say(`  ${isThere ? '✓' : '✗'} ${number} ${name}${trouble}`);
    if (!isThere) missing.push(`${number} ${name}${trouble}`);
  }
  return missing;
}
