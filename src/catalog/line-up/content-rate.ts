import { commonestFrameRate, type FrameRate } from '../../schedule/frame-rate.ts';
import type { Scheduled } from '../../schedule/programming/programming.ts';
import type { Catalog } from '../catalog.ts';
import { type ChannelInput, rateNamed } from '../channels/channel-input.ts';
import type { WithPlanning } from '../planning/planning.ts';

export interface ContentRatesOptions {
  readonly catalog: Pick<Catalog, 'items'>;
  readonly withPlanning: WithPlanning;
  readonly nowMs: number;
}

/** For each channel the rate that was said, else the commonest frame rate of what it shows, as far as that is known. */
export async function contentRates(
  channels: readonly Pick<ChannelInput, 'programming' | 'frame_rate'>[],
  { catalog, withPlanning, nowMs }: ContentRatesOptions,
): Promise<FrameRate[]> {
  const given = channels.map((channel) => rateNamed(channel.frame_rate));
  const asked = channels.map(({ programming }, index): Scheduled | undefined =>
    given[index] === undefined && programming.kind === 'scheduled' ? programming : undefined,
  );
  const samples = await withPlanning(
    asked.flatMap((programming) => programming ?? []),
    async (planning) => {
      const found: string[][] = [];
      for (const programming of asked) {
        found.push(programming === undefined ? [] : await planning.sampled({ programming, nowMs }));
      }
      return found;
    },
  );
  const rates: FrameRate[] = [];
  for (const [index, sample] of samples.entries()) {
    rates.push(given[index] ?? commonestFrameRate(await catalog.items.pacesOf(sample)));
  }
  return rates;
}
