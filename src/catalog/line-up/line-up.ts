import { isDeepStrictEqual } from 'node:util';
import type { Programming } from '../../schedule/programming/programming.ts';
import type { Catalog } from '../catalog.ts';
import type { Channel } from '../channels/channel.ts';
import {
  requireIn,
  withCopy,
  withNew,
  without,
  withOrder,
  withPatch,
  withProgramming,
} from '../channels/channel-changes.ts';
import type {
  ChannelCopy,
  ChannelInput,
  ChannelOrder,
  ChannelPatch,
  LineUpDocument,
} from '../channels/channel-input.ts';
import { checkFormats } from '../channels/channel-rules.ts';
import type { ChangeChannels, ChangedChannels, GivenLogo } from '../channels/channel-writer.ts';
import { contentRates } from './content-rate.ts';
import { documentOf, type PictureAt, withImported } from './line-up-document.ts';
import type { ChannelDefaults } from '../channels/new-channels.ts';
import type { Planner } from '../planning/planner.ts';
import type { WithPlanning } from '../planning/planning.ts';

/** Throws where the channel is not any more what somebody who changes it has seen. */
export type CheckChannel = (channel: Channel) => void;

/** Whether channels may get another picture for tuners than the one that hosts remember. */
export interface FormatChange {
  readonly mayChangeFormat: boolean;
}

/** All channels together as one document. */
export interface ExportedChannels {
  readonly document: LineUpDocument;
  /** What it was made of. */
  readonly channels: readonly Channel[];
}

export interface ImportHow extends FormatChange {
  /** No channels are left but those of the document. */
  readonly replace: boolean;
  /** Throws where channels are not what somebody has seen who reads a document in; `isTouched` where it would change any. */
  readonly check: (channels: readonly Channel[], isTouched: boolean) => void;
}

export interface LineUpOptions {
  readonly catalog: Catalog;
  readonly planner: Pick<Planner, 'edit'>;
  readonly withPlanning: WithPlanning;
  readonly defaults: () => Promise<ChannelDefaults>;
  readonly now: () => number;
  readonly pictureAt: PictureAt;
}

/** What people do with channels. Each is one transaction; what it changes of the plan is planned when it resolves. */
export class LineUp {
  readonly #options: LineUpOptions;

  constructor(options: LineUpOptions) {
    this.#options = options;
  }

  /** Makes channels, all or none. */
  async create(inputs: readonly ChannelInput[]): Promise<Channel[]> {
    const { planner, defaults, now } = this.#options;
    const rates = await contentRates(inputs, { ...this.#options, nowMs: now() });
    const given = await defaults();
    const made = inputs.flatMap((input, index) => {
      const frameRate = rates[index];
      return frameRate === undefined ? [] : [{ input, frameRate }];
    });
    let known: ReadonlySet<string> = new Set();
    const after = await planner.edit((channels, used) => {
      known = new Set(channels.map(({ id }) => id));
      return { channels: withNew(channels, made, given, used) };
    });
    return after.filter(({ id }) => !known.has(id));
  }

  patch(id: string, patch: ChannelPatch, check: CheckChannel, how: FormatChange): Promise<Channel> {
    return this.#change(
      id,
      check,
      inFormat(how, (channels) => ({ channels: withPatch(channels, id, patch) })),
    );
  }

  /** With `isNow` what is on air is cut, else it changes after what is settled. */
  program(id: string, programming: Programming, check: CheckChannel, isNow: boolean): Promise<Channel> {
    const change: ChangeChannels = (channels) => ({ channels: withProgramming(channels, id, programming) });
    return this.#change(id, check, change, { cutNow: isNow ? id : undefined });
  }

  async remove(id: string, check: CheckChannel): Promise<void> {
    await this.#options.planner.edit((channels) => {
      check(requireIn(channels, id));
      return { channels: without(channels, id) };
    });
  }

  async copy(id: string, copy: ChannelCopy): Promise<Channel> {
    const { catalog, planner } = this.#options;
    const logo = await catalog.logos.givenTo(id);
    let copyId = '';
    const after = await planner.edit((channels, used) => {
      requireIn(channels, id);
      const changed = withCopy(channels, id, copy, used);
      copyId = changed.at(-1)?.id ?? '';
      return { channels: changed, logos: new Map(logo && [[copyId, logo]]) };
    });
    return requireIn(after, copyId);
  }

  order(change: ChannelOrder, check: (channels: readonly Channel[]) => void): Promise<readonly Channel[]> {
    return this.#options.planner.edit((channels) => {
      check(channels);
      return { channels: withOrder(channels, change) };
    });
  }

  /** Without a logo its name is drawn. */
  setLogo(id: string, logo: GivenLogo | undefined, check: CheckChannel): Promise<Channel> {
    return this.#change(id, check, (channels) => ({ channels, logos: new Map([[id, logo]]) }));
  }

  async export(): Promise<ExportedChannels> {
    const { catalog } = this.#options;
    const channels = await catalog.channels.listAll();
    return { document: documentOf(channels, await catalog.logos.all()), channels };
  }

  /** Makes and changes channels so that they are as a document says. */
  async import(document: LineUpDocument, { replace, check, ...how }: ImportHow): Promise<readonly Channel[]> {
    const { catalog, planner, defaults, now, pictureAt } = this.#options;
    const rates = await contentRates(document.channels, { ...this.#options, nowMs: now() });
    const kept = await catalog.logos.all();
    const change = await withImported(document, { rates, defaults: await defaults(), kept, pictureAt, replace });
    const seen: ChangeChannels = (channels, used) => {
      const changed = change(channels, used);
      check(channels, touches(channels, changed));
      return changed;
    };
    return planner.edit(inFormat(how, seen));
  }

  async #change(
    id: string,
    check: CheckChannel,
    change: ChangeChannels,
    options: { readonly cutNow?: string | undefined } = {},
  ): Promise<Channel> {
    const after = await this.#options.planner.edit((channels, used) => {
      check(requireIn(channels, id));
      return change(channels, used);
    }, options);
    return requireIn(after, id);
  }
}

function inFormat({ mayChangeFormat }: FormatChange, change: ChangeChannels): ChangeChannels {
  return (channels, used) => {
    const changed = change(channels, used);
    if (!mayChangeFormat) checkFormats(channels, changed.channels);
    return changed;
  };
}

/** Whether a change leaves any of the channels that there are other than they are. */
function touches(channels: readonly Channel[], { channels: after, logos = new Map() }: ChangedChannels): boolean {
  const is = new Map(after.map((channel) => [channel.id, channel]));
  return channels.some((channel) => logos.has(channel.id) || !isDeepStrictEqual(is.get(channel.id), channel));
}
