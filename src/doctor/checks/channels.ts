import { messageOf } from '../../shared/errors.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** A channel that is to be tuned. */
export interface TunedChannel {
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

/** What the session of a stream tells of its cards. */
export interface CardCount {
  readonly slates: number;
  /** Why; empty where all is well. */
  readonly lastError: string;
}

export interface ChannelsOptions {
  readonly channels: readonly TunedChannel[];
  /** Watches and decodes it as a tuner does; what is wrong with it, in words. Rejects where nothing comes. */
  readonly watch: (channel: TunedChannel) => Promise<readonly string[]>;
  readonly cardsOf: (channel: TunedChannel) => Promise<CardCount>;
}

/** Whether each channel can be tuned and decodes, and shows what is planned rather than a card. */
export async function checkChannels(options: ChannelsOptions): Promise<readonly Finding[]> {
  const { channels } = options;
  if (channels.length === 0) {
    return [wrong('there is no channel', 'see that the library holds videos; channels are made from them')];
  }
  const findings: Finding[] = [];
  for (const channel of channels) findings.push(await checkChannel(channel, options));
  return findings;
}

async function checkChannel(channel: TunedChannel, { watch, cardsOf }: ChannelsOptions): Promise<Finding> {
  const name = `${channel.number} ${channel.name}`;
  try {
    const before = await cardsOf(channel);
    const [fault, ...more] = await watch(channel);
    const after = await cardsOf(channel);
    if (fault !== undefined) {
      const others = more.length === 0 ? '' : `, and ${more.length} more`;
      return wrong(`${name} has faults: ${fault}${others}`, 'run sidecast verify on it, and see the log');
    }
    if (after.slates > before.slates && after.lastError !== '') {
      return wrong(
        `${name} shows a card: ${after.lastError}`,
        'check the file that is on air; sidecast library lists those that cannot be aired',
      );
    }
    return fine(after.slates > before.slates ? `${name} plays, a card at the moment` : `${name} plays`);
  } catch (error) {
    return wrong(`${name} cannot be tuned: ${messageOf(error)}`, 'see what is said below of its health, and the log');
  }
}
