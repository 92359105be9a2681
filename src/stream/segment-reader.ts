import { type Channel, gridOf } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { segmentAt } from '../schedule/grid.ts';
import type { SegmentMemory } from '../segments/segment-memory.ts';
import type { Clock } from '../shared/clock.ts';
import type { PlanOf } from './plan/programme-window.ts';
import { LEAD_SEGMENTS } from './playout/lead.ts';
import type { Splicer } from './playout/splicer.ts';
import type { StreamManager } from './stream-manager.ts';

export interface SegmentReaderOptions {
  readonly manager: Pick<StreamManager, 'renditionOf' | 'encoderAt'>;
  readonly planOf: PlanOf;
  readonly splicer: Splicer;
  readonly memory: SegmentMemory;
  readonly clock: Clock;
  readonly windowSegments: number;
}

/** Reads segments that playlists list, or did of late; never starts a stream. */
export class SegmentReader {
  readonly #options: SegmentReaderOptions;

  constructor(options: SegmentReaderOptions) {
    this.#options = options;
  }

  /** From the tree, or spliced for this request where the reel is there; undefined where neither can be. */
  async read(channel: Channel, quality: Quality, segment: number): Promise<Buffer | undefined> {
    const { manager, clock, windowSegments } = this.#options;
    const onAir = segmentAt(gridOf(channel), clock.now());
    const isWithinReach = segment <= onAir + LEAD_SEGMENTS && segment >= onAir - 2 * windowSegments;
    const inTree = await manager.renditionOf(channel.id, quality)?.read(segment);
    return inTree ?? (isWithinReach ? this.#spliced(channel, quality, segment) : undefined);
  }

  /** How long a segment may be kept by others, in seconds: no longer than the tree keeps it. */
  lifetimeSeconds(segmentSeconds: number): number {
    return Math.floor((2 * this.#options.windowSegments + LEAD_SEGMENTS) * segmentSeconds);
  }

  /** What the tree does not have, once for all who ask at the same time. */
  #spliced(channel: Channel, quality: Quality, segment: number): Promise<Buffer | undefined> {
    const name = `${channel.id}/${quality}/${segment}`;
    return this.#options.memory.share(name, () => this.#splice(channel, quality, segment));
  }

  async #splice(channel: Channel, quality: Quality, segment: number): Promise<Buffer | undefined> {
    const { planOf, splicer, manager } = this.#options;
    const grid = gridOf(channel);
    const planned = await planOf(channel.id, segment, segment + 2);
    const found = planned.find(({ airing }) => airing.startSegment <= segment && segment < airing.stopSegment);
    const following = planned.find(
      ({ airing }) => airing.startSegment <= segment + 1 && segment + 1 < airing.stopSegment,
    );
    const encoder = manager.encoderAt(channel.id, quality, segment);
    const job = found?.item && splicer.jobOf(found.item, { grid, quality, encoder });
    if (found === undefined || job === undefined) return undefined;
    const content = await splicer.itemContent(segment, job, found.airing, following?.airing);
    return content && splicer.splice(grid, segment, content);
  }
}
