import type { Channel } from '../../catalog/channels/channel.ts';
import type { GuideItem, XmltvItem } from '../../tuner/xmltv/item.ts';

/** One airing as pages, API and guide show it. Milliseconds since the epoch. */
export interface ProgrammeView {
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: GuideItem & { readonly id: string };
}

/** What airs when. */
export interface GuideService {
  /** In the order of their numbers. Asked on every request: answer from memory. */
  channels(): Promise<readonly Channel[]>;
  /** When anything that the channel list says of them changed the last time, milliseconds since the epoch. */
  listChangedMs(): number;
  /** The airings that overlap a span of time, in order. */
  airings(channelId: string, fromMs: number, toMs: number): Promise<readonly ProgrammeView[]>;
}

/** What guides of many channels and days tell of: programmes, and what they show apart from them. */
export interface ListingService {
  /** Another one whenever programmes have changed, or what is known of an item. */
  revision(): Promise<string>;
  /** Those that overlap a span of time, in order. */
  programmes(channelId: string, fromMs: number, toMs: number): Promise<readonly ListedProgramme[]>;
  describe(itemIds: readonly string[]): Promise<ReadonlyMap<string, XmltvItem>>;
}

/** A programme of a listing. Milliseconds since the epoch. */
export interface ListedProgramme {
  readonly startMs: number;
  /** Where its own last part ends; what comes then is filler. */
  readonly endMs: number;
  readonly stopMs: number;
  readonly itemId: string;
}
