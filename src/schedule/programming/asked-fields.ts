import type { Content, Order } from './content.ts';
import type { ProgrammeItem } from './library.ts';
import type { Scheduled, Strand } from './programming.ts';
import { conditionsOf } from './query.ts';

/** What is asked of each item, whatever the programming. */
type AlwaysAsked = 'id' | 'source' | 'kind' | 'show' | 'durationMs' | 'parts' | 'leavesMs';
/** What only some programming asks for: without it a large library is read in half the time. */
export type AskedField = Exclude<keyof ProgrammeItem, AlwaysAsked>;

/** What the conditions of queries are about. */
const CONDITIONS: Readonly<Record<string, AskedField>> = {
  library: 'libraries',
  genre: 'genres',
  year: 'year',
  certificate: 'certificate',
  stars: 'stars',
  studio: 'studios',
  tag: 'tags',
  person: 'people',
  added_within_days: 'addedMs',
  title: 'title',
};
/** What items are laid out by. */
const ORDERS: Readonly<Record<Order['kind'], readonly AskedField[]>> = {
  as_listed: [],
  shuffle: [],
  random: [],
  season_episode: ['season', 'episode'],
  rotate: ['season', 'episode'],
  air_date: ['originalAirDate', 'year', 'season', 'episode'],
};

/** What programming asks of items: planned without all else, the same comes out. */
export function askedFields(programmings: readonly Scheduled[]): AskedField[] {
  const asked = programmings.flatMap(({ default: rest, dayparts, filler }) => {
    const strands = [...(rest === undefined ? [] : [rest]), ...dayparts];
    const contents = [...strands, ...filler].flatMap(({ content }) => content);
    return [...contents.flatMap(askedByContent), ...strands.flatMap(askedByStrand)];
  });
  return [...new Set(asked)];
}

function askedByContent(content: Content): AskedField[] {
  if (content.kind === 'season') return ['season'];
  return content.kind === 'query' ? conditionsOf(content.where).flatMap((name) => CONDITIONS[name] ?? []) : [];
}

function askedByStrand({ order, skip, mid_roll: midRoll }: Strand): AskedField[] {
  const isMarked = midRoll?.at === 'commercials' || skip.length > 0;
  return [
    ...ORDERS[order.kind],
    ...(midRoll?.at === 'chapters' ? (['chapters'] as const) : []),
    ...(isMarked ? (['markedSegments'] as const) : []),
  ];
}
