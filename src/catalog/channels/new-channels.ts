import { v4 as newId } from 'uuid';
import { QUALITY_LEVELS, type Quality } from '../../ffmpeg/quality.ts';
import type { FrameRate } from '../../schedule/frame-rate.ts';
import type { Channel } from './channel.ts';
import { type ChannelInput, rateNamed } from './channel-input.ts';
import { NextNumbers } from './channel-number.ts';
import { withSeed } from './channel-seed.ts';

/** What a channel is given when it is made, and nothing else is said. */
export interface ChannelDefaults {
  readonly segmentSeconds: number;
  readonly qualities: readonly Quality[];
  readonly tunerQuality: Quality;
}

/** A channel to be made: as it was said, and with the rate of what it shows. */
export interface NewChannel {
  readonly id?: string;
  readonly input: ChannelInput;
  readonly frameRate: FrameRate;
}

/** Channels that become more, one after another: each new one is made beside all before it. */
export class NewChannels {
  readonly #defaults: ChannelDefaults;
  readonly #all: Channel[] = [];
  readonly #byId = new Map<string, Channel>();
  readonly #numbers: NextNumbers;

  /** `used` are the numbers that any channel ever had. */
  constructor(there: readonly Channel[], defaults: ChannelDefaults, used: ReadonlySet<string>) {
    this.#defaults = defaults;
    this.#numbers = new NextNumbers([], used);
    for (const channel of there) this.add(channel);
  }

  /** Those that there were, and those that were added, in this order. */
  get all(): readonly Channel[] {
    return this.#all;
  }

  add(channel: Channel): void {
    this.#all.push(channel);
    this.#byId.set(channel.id, channel);
    this.#numbers.take(channel.number);
  }

  /** A channel as it was said. It is none of them before it is added. */
  made({ id = newId(), input, frameRate }: NewChannel): Channel {
    const defaults = this.#defaults;
    const { programming } = input;
    const original = programming.kind === 'delay' ? this.#byId.get(programming.channel_id) : undefined;
    const qualities = highestFirst(input.qualities ?? defaults.qualities);
    return {
      id,
      number: input.number ?? this.#numbers.next,
      name: input.name,
      ...{ group: input.group ?? '', description: input.description ?? '' },
      ...{ logo: { kind: 'generated' }, origin: { kind: 'made' }, enabled: input.enabled ?? true, listed: true },
      // The airings of the other channel are on its grid.
      frameRate: rateNamed(input.frame_rate) ?? original?.frameRate ?? frameRate,
      segmentSeconds: input.segment_seconds ?? original?.segmentSeconds ?? defaults.segmentSeconds,
      qualities,
      tunerQuality: input.tuner_quality ?? best(qualities, defaults.tunerQuality),
      programming: withSeed(programming, id),
      timeZone: input.time_zone ?? null,
      version: 1,
    };
  }
}

/** Qualities as viewers are offered them. */
export function highestFirst(qualities: readonly Quality[]): Quality[] {
  return QUALITY_LEVELS.filter((level) => qualities.includes(level));
}

function best(qualities: readonly Quality[], wanted: Quality): Quality {
  return qualities.includes(wanted) ? wanted : (qualities[0] ?? wanted);
}
