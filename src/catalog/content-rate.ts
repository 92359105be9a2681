import { commonestFrameRate, DEFAULT_FRAME_RATE, type FrameRate } from '../schedule/frame-rate.ts';
import { poolsOf } from '../schedule/programming/pool.ts';
import type { Programming } from '../schedule/programming/programming.ts';
import type { Catalog } from './catalog.ts';

/** How many items of a channel are looked at for their rate, from all over it. */
const SAMPLE_ITEMS = 200;

/** For each programming the commonest frame rate of what it shows, as far as that is known. */
export async function contentRates(
  catalog: Pick<Catalog, 'programmeLibrary' | 'items'>,
  programmings: readonly Programming[],
  nowMs: number,
): Promise<FrameRate[]> {
  const scheduled = programmings.flatMap((programming) => (programming.kind === 'scheduled' ? [programming] : []));
  if (scheduled.length === 0) return programmings.map(() => DEFAULT_FRAME_RATE);
  const library = await catalog.programmeLibrary(scheduled);
  const rates: FrameRate[] = [];
  for (const programming of programmings) {
    const strands = programming.kind === 'scheduled' ? [programming.default, ...programming.dayparts] : [];
    const content = strands.flatMap((strand) => strand?.content ?? []);
    const { items } = poolsOf(library, content)(nowMs).items;
    const step = Math.max(1, Math.floor(items.length / SAMPLE_ITEMS));
    const sample = items.filter((_, index) => index % step === 0).map(({ id }) => id);
    rates.push(commonestFrameRate(await catalog.items.pacesOf(sample)));
  }
  return rates;
}
