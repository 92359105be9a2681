import { folded } from '../../shared/folded.ts';
import type { Query } from './content.ts';
import type { ProgrammeItem } from './library.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Whether an item is what is asked for when it is aired at a moment. */
export type Matches = (item: ProgrammeItem, atMs: number) => boolean;

/** What each condition means; those that a query has hold together. */
const CONDITIONS: Readonly<Record<keyof Query, (query: Query) => Matches | undefined>> = {
  library: ({ library }) => library && anyOf(library, (item) => item.libraries),
  source: ({ source }) => source && anyOf(source, (item) => [item.source]),
  kind: ({ kind }) => kind && ((item) => item.kind === kind),
  show: ({ show }) => show && anyOf(show, (item) => [item.show]),
  genre: ({ genre }) => genre && anyOf(genre, (item) => item.genres),
  year: ({ year }) => year && within(year, (item) => item.year),
  certificate: ({ certificate }) => certificate && anyOf(certificate, (item) => [item.certificate]),
  stars: ({ stars }) => stars && within(stars, (item) => item.stars),
  studio: ({ studio }) => studio && anyOf(studio, (item) => item.studios),
  tag: ({ tag }) => tag && anyOf(tag, (item) => item.tags),
  person: ({ person }) => person && anyOf(person, (item) => item.people.map(({ name }) => name)),
  duration_minutes: ({ duration_minutes: minutes }) => minutes && within(minutes, minutesOf),
  added_within_days: ({ added_within_days: days }) =>
    days === undefined ? undefined : (item, atMs) => item.addedMs !== null && item.addedMs >= atMs - days * DAY_MS,
  title: ({ title }) => (title === undefined ? undefined : titled(folded(title))),
  all: ({ all }) => {
    const parts = all?.map(compileQuery);
    return parts && ((item, atMs) => parts.every((matches) => matches(item, atMs)));
  },
  any: ({ any }) => {
    const parts = any?.map(compileQuery);
    return parts && ((item, atMs) => parts.some((matches) => matches(item, atMs)));
  },
  not: ({ not }) => {
    const matches = not && compileQuery(not);
    return matches && ((item, atMs) => !matches(item, atMs));
  },
};

/** A query as a predicate. */
export function compileQuery(query: Query): Matches {
  const parts = Object.values(CONDITIONS).flatMap((conditionOf) => conditionOf(query) ?? []);
  return (item, atMs) => parts.every((matches) => matches(item, atMs));
}

/** The conditions that a query has, and those in it. */
export function conditionsOf(query: Query): string[] {
  const { all = [], any = [], not } = query;
  const parts = [...all, ...any, ...(not === undefined ? [] : [not])];
  return [...Object.keys(query), ...parts.flatMap(conditionsOf)];
}

/** True when the answer of a query changes as time passes. */
export function dependsOnTime(query: Query): boolean {
  return conditionsOf(query).includes('added_within_days');
}

/** All its files together: a film of two parts is as long as both. */
function minutesOf({ durationMs, parts }: ProgrammeItem): number | null {
  if (durationMs === null) return null;
  return parts.reduce((sum, part) => sum + part.durationMs, durationMs) / MINUTE_MS;
}

function titled(part: string): Matches {
  return (item) => folded(item.title).includes(part) || folded(item.show ?? '').includes(part);
}

function anyOf(wanted: readonly string[], found: (item: ProgrammeItem) => readonly (string | null)[]): Matches {
  const names = new Set(wanted.map(folded));
  return (item) => found(item).some((name) => name !== null && names.has(folded(name)));
}

function within(
  { from = -Infinity, to = Infinity }: { from?: number | undefined; to?: number | undefined },
  found: (item: ProgrammeItem) => number | null,
): Matches {
  return (item) => {
    const value = found(item);
    return value !== null && value >= from && value <= to;
  };
}
