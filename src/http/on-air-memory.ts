import { type NowNext, nowNextOf } from './now-next.ts';
import type { GuideService, ListingService } from './services/guide.ts';

/**
 * What is on on channels, remembered for as long as it stays so: of many channels one changes every few seconds, and then
 * whoever has them all on a page asks again.
 */
export class OnAirMemory {
  readonly #guide: Pick<GuideService, 'airings'>;
  readonly #listing: Pick<ListingService, 'revision'>;
  #known = { revision: '', onAir: new Map<string, NowNext>() };

  constructor(guide: Pick<GuideService, 'airings'>, listing: Pick<ListingService, 'revision'>) {
    this.#guide = guide;
    this.#listing = listing;
  }

  /** What is on on each of these at a moment, in their order. */
  async of<T extends { readonly id: string }>(
    channels: readonly T[],
    nowMs: number,
  ): Promise<(NowNext & { readonly channel: T })[]> {
    const revision = await this.#listing.revision();
    if (revision !== this.#known.revision) this.#known = { revision, onAir: new Map() };
    // Whoever began before a change adds nothing to what is known after it.
    const { onAir } = this.#known;
    return Promise.all(
      channels.map(async (channel) => ({ channel, ...(await this.#onAir(channel.id, nowMs, onAir)) })),
    );
  }

  async #onAir(channelId: string, nowMs: number, known: Map<string, NowNext>): Promise<NowNext> {
    const before = known.get(channelId);
    if (before !== undefined && isStill(before, nowMs)) return before;
    const found = await nowNextOf(this.#guide, channelId, nowMs);
    known.set(channelId, found);
    return found;
  }
}

function isStill({ now, next }: NowNext, nowMs: number): boolean {
  return now !== undefined && next !== undefined && now.startMs <= nowMs && nowMs < now.stopMs;
}
