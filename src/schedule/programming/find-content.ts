import type { Content } from './content.ts';
import type { ProgrammeItem, ProgrammeLibrary } from './library.ts';
import { compileQuery } from './query.ts';
import { isStepOver, type Steps } from './steps.ts';

/** Finds the items of a library that content is about, as they are listed. */
export type Find = (atMs: number) => Steps<readonly ProgrammeItem[]>;

export function finderOf(library: ProgrammeLibrary, content: Content): Find {
  const { items } = library;
  switch (content.kind) {
    case 'items':
      return () => itemsIn(library, content.ids);
    case 'show':
      return () => filtered(items, (item) => isOf(item, content.source) && item.show === content.show);
    case 'season': {
      const { source, show, season } = content;
      return () => filtered(items, (item) => isOf(item, source) && item.show === show && item.season === season);
    }
    case 'films':
      return () => filtered(items, (item) => isOf(item, content.source) && item.kind === 'film');
    case 'collection': {
      const ids = library.collections.filter(({ name }) => name === content.name).map(({ itemIds }) => itemIds);
      return function* inCollections() {
        const parts: (readonly ProgrammeItem[])[] = [];
        for (const each of ids) parts.push(yield* itemsIn(library, each));
        return parts.flat();
      };
    }
    case 'query': {
      const matches = compileQuery(content.where);
      return (atMs) => filtered(items, (item) => matches(item, atMs));
    }
  }
}

function isOf(item: ProgrammeItem, source: string | undefined): boolean {
  return source === undefined || item.source === source;
}

function* filtered(
  items: readonly ProgrammeItem[],
  isWanted: (item: ProgrammeItem) => boolean,
): Steps<ProgrammeItem[]> {
  const wanted: ProgrammeItem[] = [];
  for (const [index, item] of items.entries()) {
    if (isWanted(item)) wanted.push(item);
    if (isStepOver(index)) yield;
  }
  return wanted;
}

function* itemsIn(library: ProgrammeLibrary, ids: readonly string[]): Steps<readonly ProgrammeItem[]> {
  const wanted = new Set(ids);
  const there = yield* filtered(library.items, ({ id }) => wanted.has(id));
  const byId = new Map(there.map((item) => [item.id, item]));
  return [...wanted].flatMap((id) => byId.get(id) ?? []);
}
