import { commonestFrameRate, type FrameRate } from '../schedule/frame-rate.ts';
import { poolsOf } from '../schedule/programming/pool.ts';
import type { Programming } from '../schedule/programming/programming.ts';
import type { Slices } from '../shared/slices.ts';
import type { Catalog } from './catalog.ts';
import { type ChannelInput, rateNamed } from './channel-input.ts';

/** How many items of a channel are looked at for their rate, from all over it. */
const SAMPLE_ITEMS = 200;

/** For each channel the rate that was said, else the commonest frame rate of what it shows, as far as that is known. */
export async function contentRates(
  catalog: Pick<Catalog, 'programmeLibrary' | 'items'>,
  channels: readonly Pick<ChannelInput, 'programming' | 'frame_rate'>[],
  { nowMs, slices }: { readonly nowMs: number; readonly slices: Slices },
): Promise<FrameRate[]> {
  const given = channels.map((channel) => rateNamed(channel.frame_rate));
  const scheduled = channels.flatMap(({ programming }, index) =>
    given[index] === undefined && programming.kind === 'scheduled' ? [programming] : [],
  );
  const library = await catalog.programmeLibrary(scheduled, slices);
  const rates: FrameRate[] = [];
  for (const [index, { programming }] of channels.entries()) {
    rates.push(given[index] ?? (await commonestOf(programming)));
  }
  return rates;

  async function commonestOf(programming: Programming): Promise<FrameRate> {
    const strands = programming.kind === 'scheduled' ? [programming.default, ...programming.dayparts] : [];
    const content = strands.flatMap((strand) => strand?.content ?? []);
    const { items } = (await slices.through(poolsOf(library, content).inSteps(nowMs))).items;
    const step = Math.max(1, Math.floor(items.length / SAMPLE_ITEMS));
    const sample = items.filter((_, index) => index % step === 0).map(({ id }) => id);
    return commonestFrameRate(await catalog.items.pacesOf(sample));
  }
}
