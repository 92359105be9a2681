import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import { nextShowings, type Showing } from '../../reels/next-showing.ts';
import type { ReelFormat, ReelJob } from '../../reels/reel-job.ts';
import type { StoredSegment } from '../../reels/reel-store.ts';
import { segmentAt, segmentsOf } from '../../schedule/grid.ts';
import type { PlannedItem, PlanOf } from './programme-window.ts';

const DAY_SECONDS = 86_400;

export interface ReelCalendarOptions {
  readonly channels: () => readonly Channel[];
  readonly planOf: PlanOf;
  /** How an item is developed in a format; undefined for one that cannot be read. */
  readonly jobOf: (item: PlannedItem, format: ReelFormat) => ReelJob | undefined;
  readonly encoders: readonly EncoderFamily[];
  /** How far ahead streams on air keep what is developed for them. */
  readonly aheadSeconds: () => number;
  /** The reels of streams on air and of their cards. */
  readonly wantedKeys: () => ReadonlySet<string>;
  readonly now: () => number;
}

/** When stored segments are shown next, over all channels and qualities: what the store prunes by. */
export function reelCalendar(options: ReelCalendarOptions) {
  return async (segments: readonly StoredSegment[]): Promise<number[]> => {
    const nowMs = options.now();
    const showings: Showing[] = [];
    for (const channel of options.channels()) showings.push(...(await showingsOf(channel, nowMs, options)));
    const aheadMs = options.aheadSeconds() * 1000;
    return nextShowings(segments, showings, { nowMs, aheadMs, wanted: options.wantedKeys() });
  };
}

async function showingsOf(channel: Channel, nowMs: number, options: ReelCalendarOptions): Promise<Showing[]> {
  const { planOf, jobOf, encoders } = options;
  const grid = gridOf(channel);
  const from = segmentAt(grid, nowMs);
  const planned = await planOf(channel.id, from, from + segmentsOf(grid, DAY_SECONDS));
  return planned.flatMap(({ airing, item }) =>
    channel.qualities.flatMap((quality) =>
      encoders.flatMap((encoder) => {
        const job = item && jobOf(item, { grid, quality, encoder });
        return job === undefined ? [] : [{ key: job.key, grid, airing }];
      }),
    ),
  );
}
