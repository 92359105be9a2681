import type {
  ChannelCopy,
  ChannelInput,
  ChannelOrder,
  ChannelPatch,
  LineUpDocument,
} from '../../catalog/channels/channel-input.ts';
import type { Channel } from '../../catalog/channels/channel.ts';
import type { ChannelWarning } from '../../catalog/warnings/channel-warnings.ts';
import type { FormatChange } from '../../catalog/line-up/line-up.ts';
import type { Preview } from '../../catalog/planning/preview.ts';
import type { Programming } from '../../schedule/programming/programming.ts';
import type { ProgrammeView } from './guide.ts';

/** The pictures of channels. */
export interface LogoService {
  /** A PNG. */
  picture(channel: Channel): Promise<Buffer>;
}

type CheckChannel = (channel: Channel) => void;

/**
 * Channels as those have them who change them: all that there are. Each change is whole or not at all; `check` throws
 * where the channel is not any more what was seen. What cannot be is an AppError.
 */
export interface ChannelService {
  list(): Promise<readonly Channel[]>;
  find(id: string): Promise<Channel | undefined>;
  /** What may not be meant of each of these, in their order: names that the libraries do not have, nothing to show. */
  warnings(channels: readonly Channel[]): Promise<readonly (readonly ChannelWarning[])[]>;
  /** The programmes of any channel that overlap a span of time, in order. */
  airings(channel: Channel, fromMs: number, toMs: number): Promise<readonly ProgrammeView[]>;
  create(inputs: readonly ChannelInput[]): Promise<readonly Channel[]>;
  /** `channel_format_kept` where tuners would get another picture, which may not be. */
  patch(id: string, patch: ChannelPatch, check: CheckChannel, how: FormatChange): Promise<Channel>;
  /** With `isNow` what is on air is cut. */
  program(id: string, programming: Programming, check: CheckChannel, isNow: boolean): Promise<Channel>;
  remove(id: string, check: CheckChannel): Promise<void>;
  copy(id: string, copy: ChannelCopy): Promise<Channel>;
  order(order: ChannelOrder, check: (channels: readonly Channel[]) => void): Promise<readonly Channel[]>;
  /** Without a picture the name is drawn. */
  setLogo(
    id: string,
    picture: { readonly bytes: Buffer } | { readonly url: string } | undefined,
    check: CheckChannel,
  ): Promise<Channel>;
  export(): Promise<{ readonly document: LineUpDocument; readonly channels: readonly Channel[] }>;
  /** `check` throws where channels are not what was seen; `isTouched` where any that there is would change. */
  import(
    document: LineUpDocument,
    how: FormatChange & {
      readonly replace: boolean;
      readonly check: (all: readonly Channel[], isTouched: boolean) => void;
    },
  ): Promise<readonly Channel[]>;
  /** What programming would show from now on, for so long. */
  preview(
    asked: Pick<ChannelInput, 'programming' | 'time_zone' | 'frame_rate' | 'segment_seconds'>,
    forMs: number,
  ): Promise<Preview & { readonly frameRate: string; readonly warnings: readonly ChannelWarning[] }>;
  suggest(): Promise<readonly ChannelInput[]>;
}
