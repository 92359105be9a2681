import type { Channel } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { segmentAt } from '../../schedule/grid.ts';
import type { SegmentMemory } from '../../segments/segment-memory.ts';
import type { Logger } from '../../shared/logger.ts';
import { Playout, type PlayoutTools, type Published } from '../playout/playout.ts';
import type { ProgrammeWindow } from '../plan/programme-window.ts';
import { Rendition } from './rendition.ts';
import type { Manner } from '../admission/work-to-do.ts';

export interface OnAirTools extends PlayoutTools {
  readonly streamsDirectory: string;
  /** An IANA name, for channels that have none. */
  readonly timeZone: string;
  readonly memory: SegmentMemory;
  readonly logger: Logger;
}

export interface OnAirOptions {
  /** As it is at that moment. */
  readonly channel: () => Channel;
  /** As it was chosen last: what has begun keeps its format. */
  readonly manner: () => Manner;
  readonly window: ProgrammeWindow;
  readonly tools: OnAirTools;
  /** How far ahead it has to be developed at this moment. */
  readonly aheadSeconds: () => number;
  readonly isWatched: () => boolean;
  readonly onListed: () => void;
  readonly onFailure: (error: unknown) => void;
  readonly onPublished: (published: Published) => void;
}

/** One quality of a channel on air: the rendition that players read, and the playout that fills it. */
export class OnAir {
  readonly rendition: Rendition;
  readonly playout: Playout;
  readonly #options: OnAirOptions;

  private constructor(options: OnAirOptions, rendition: Rendition, firstSegment: number) {
    const { channel, manner, tools, window, aheadSeconds, isWatched, onFailure, onPublished } = options;
    this.#options = options;
    this.rendition = rendition;
    this.playout = new Playout({
      ...{ ...tools, window, aheadSeconds, isWatched, onFailure, firstSegment },
      format: manner().format,
      preset: () => manner().preset,
      channelId: channel().id,
      channelName: () => channel().name,
      timeZone: () => channel().timeZone ?? tools.timeZone,
      publish: async (published) => {
        await rendition.publish(published.segment, published.bytes, published);
        onPublished(published);
      },
      onSkip: async (toSegment, conditions) => {
        const facts = { channel: channel().name, quality: this.quality, segment: toSegment };
        tools.logger.debug(facts, `"${channel().name}" goes on with what is on air now`);
        await rendition.restartAt(toSegment, conditions);
      },
    });
  }

  /** Takes over what is in the tree already, and goes on from there; nothing is published yet. */
  static async open(options: OnAirOptions): Promise<OnAir> {
    const { channel, manner, tools, onListed, onFailure } = options;
    const { streamsDirectory, windowSegments, memory, clock } = tools;
    const { grid, quality } = manner().format;
    const rendition = new Rendition({
      streamsDirectory,
      channelId: channel().id,
      quality,
      grid,
      windowSegments,
      memory,
      onListed,
      onFailure,
    });
    const onAirSegment = segmentAt(grid, clock.now());
    return new OnAir(options, rendition, (await rendition.adopt(onAirSegment)) ?? onAirSegment);
  }

  get quality(): Quality {
    return this.rendition.quality;
  }

  /** The encoder of a reel has failed: goes on with another where it airs that reel. */
  fallBack(key: string): void {
    if (!this.playout.wantedKeys().has(key)) return;
    const { name } = this.#options.channel();
    const facts = { channel: name, quality: this.quality };
    this.#options.tools.logger.warn(facts, `"${name}" goes on with the software encoder`);
    this.playout.fallBack();
  }

  /** Takes it off the air, and its part of the tree away. */
  async remove(): Promise<void> {
    await this.playout.close();
    await this.rendition.remove();
  }
}
