import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { type Candidate, chooseCandidate, refusalOf } from '../admission/admission.ts';
import type { BroadcastTools } from '../broadcast/broadcast.ts';
import { candidatesFor } from '../admission/candidates.ts';
import { ProgrammeWindow } from '../plan/programme-window.ts';
import type { Streams } from './streams.ts';
import type { Manner } from '../admission/work-to-do.ts';
import { canCarry, type Workload } from '../admission/workload.ts';

export interface CapacityOptions {
  readonly tools: BroadcastTools;
  readonly streams: Streams;
}

/** What the machine carries beside the streams that are on air: how a rendition more is developed, or that it is not. */
export class Capacity {
  readonly #tools: BroadcastTools;
  readonly #streams: Streams;

  constructor({ tools, streams }: CapacityOptions) {
    this.#tools = tools;
    this.#streams = streams;
  }

  /** The qualities that a viewer may have of a channel at this moment: those on air, and what the machine carries. */
  async qualitiesOf(channel: Channel): Promise<Quality[]> {
    const { clock, planOf, encoders } = this.#tools;
    const grid = gridOf(channel);
    const stream = this.#streams.get(channel.id);
    const watched = stream?.watchedQualities() ?? [];
    const window = new ProgrammeWindow({ channelId: channel.id, grid, planOf });
    const nowMs = clock.now();
    if (watched.length < channel.qualities.length) await window.load(nowMs);
    return channel.qualities.filter((quality) => {
      if (watched.includes(quality)) return true;
      const onAir = stream?.broadcast.candidates(quality);
      const candidates =
        onAir ?? candidatesFor(window, { grid, quality, encoders: encoders.usable, nowMs }, this.#tools);
      return this.#choose(channel, quality, candidates, { isTried: () => isLowest(channel, quality) }) !== undefined;
    });
  }

  /** How a viewer's rendition is developed; `machine_at_capacity` where the machine cannot carry it. */
  admit(channel: Channel, quality: Quality, candidates: readonly Candidate[], viewer?: string): Manner {
    // What was asked for by name and was never measured may be quicker than is expected.
    const isTried = (candidate: Candidate): boolean => isLowest(channel, quality) || !candidate.isMeasured;
    const chosen = this.#choose(channel, quality, candidates, { isTried, viewer });
    if (chosen !== undefined) {
      const { format, work } = chosen;
      const all = [...this.#streams].flatMap(({ broadcast }) => broadcast.workloads(() => true));
      const isCarried = canCarry([...all, { encoder: format.encoder, work }], this.#tools.speeds.processors);
      if (!isCarried) this.#endUnwatchedRuns();
      return chosen;
    }
    const broadcast = this.#streams.get(channel.id)?.broadcast;
    const isCarried = (other: Quality): boolean =>
      other !== quality &&
      broadcast !== undefined &&
      this.#choose(channel, other, broadcast.candidates(other), { isTried: () => false, viewer }) !== undefined;
    throw new AppError('machine_at_capacity', refusalOf(quality, channel.qualities.filter(isCarried)));
  }

  #choose(
    channel: Channel,
    quality: Quality,
    candidates: readonly Candidate[],
    { isTried, viewer }: { isTried: (candidate: Candidate) => boolean; viewer?: string | undefined },
  ): Candidate | undefined {
    const onAir: Workload[] = [...this.#streams].flatMap((stream) =>
      stream.workloads({ viewer, entering: stream.channel.id === channel.id ? quality : undefined }),
    );
    const { processors } = this.#tools.speeds;
    return chooseCandidate(candidates, onAir, { processors, isTried });
  }

  /** Whoever watches has the machine; what was developed so far for those who have gone is kept. */
  #endUnwatchedRuns(): void {
    const { developer, cards, logger } = this.#tools;
    const watched = new Set([...this.#streams].flatMap(({ broadcast }) => [...broadcast.watchedKeys()]));
    developer
      .endUnwanted((key) => watched.has(key) || cards.keys().has(key))
      .catch((error: unknown) => logger.error({}, `a run that nobody waits for did not end: ${messageOf(error)}`));
  }
}

/** A machine that has nothing else to do airs the lowest quality as well as it can. */
function isLowest(channel: Channel, quality: Quality): boolean {
  return quality === channel.qualities.at(-1);
}
