import type { Clock } from '../shared/clock.ts';
import type { ItemProber } from './library/item-prober.ts';
import type { ItemOutline, Pace } from './library/item-outlines.ts';

/** How many items, and for how long, are asked for their frame rate before a channel is made. */
const SAMPLE_ITEMS = 20;
const SAMPLE_MS = 5000;

/** How fast items from all over a channel that is new are, as soon as one can be aired; undefined where none can. */
export async function samplePaces(
  items: readonly ItemOutline[],
  files: Pick<ItemProber, 'isUnknown' | 'probe'>,
  { clock, isOver }: { readonly clock: Clock; readonly isOver: () => boolean },
): Promise<Pace[] | undefined> {
  const startedMs = clock.elapsed();
  const known: Pace[] = [];
  let isProven = false;
  for (const item of evenly(items, SAMPLE_ITEMS)) {
    if (isOver() || (isProven && clock.elapsed() - startedMs > SAMPLE_MS)) break;
    const isAsked: boolean = files.isUnknown(item) && (item.hostPace === null || !isProven);
    const facts: Pace | undefined = isAsked ? await files.probe(item) : (item.pace ?? undefined);
    isProven ||= facts !== undefined;
    const pace = facts ?? (isAsked ? undefined : item.hostPace);
    if (pace) known.push(pace);
  }
  return isProven ? known : undefined;
}

function evenly<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, index) => values[Math.floor((index * values.length) / count)]).filter(
    (value) => value !== undefined,
  );
}
