import { v5 as uuidOf } from 'uuid';
import { groupBy } from '../../library/group-by.ts';
import { type Programming, storedProgramming } from '../../schedule/programming/programming.ts';
import type { Content } from './channel.ts';
import { legalName } from './channel-name.ts';
import type { ItemOutline } from '../library/item-outlines.ts';

/** Never changes: channel ids are made in it, and hosts remember them. */
const NAMESPACE = '7d0c3a52-64f5-5b1e-8c39-2f1f0a9d4b66';

/** What a channel shows or could show: all items of one show, or all films of a source, in order. */
export interface ChannelContent {
  readonly channelId: string;
  readonly name: string;
  readonly source: string;
  readonly content: Content;
  readonly items: readonly ItemOutline[];
}

/** The id of a channel: the same for the same source and content, whatever database it is in. */
export function channelIdOf(source: string, content: Content): string {
  return uuidOf(JSON.stringify([source, content.kind, content.kind === 'show' ? content.show : '']), NAMESPACE);
}

/** All of the content in order, over and over. */
export function programmingOf(source: string, content: Content): Programming {
  return storedProgramming.parse({ kind: 'scheduled', default: { content: [{ ...content, source }] } });
}

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Items sorted into channels: one for each show, one for the films of each source; by name. */
export function contentsOf(items: readonly ItemOutline[]): ChannelContent[] {
  const contents = [...groupBy(items, ({ source }) => source)].flatMap(([source, all]) =>
    [...groupBy(all, ({ show }) => show)].map(([show, group]): ChannelContent => {
      const content: Content = show === null ? { kind: 'films' } : { kind: 'show', show };
      const channelId = channelIdOf(source, content);
      return { channelId, name: legalName(show ?? 'Films'), source, content, items: group };
    }),
  );
  return contents.sort((a, b) => natural.compare(a.name, b.name) || natural.compare(a.source, b.source));
}
