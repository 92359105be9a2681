import type { Content, Query } from './content.ts';
import { contentsIn, type Programming } from './programming.ts';

/** What a name is one of. */
export type NameKind =
  'show' | 'collection' | 'item' | 'source' | 'library' | 'genre' | 'certificate' | 'studio' | 'tag' | 'person';

/** A name by which programming asks for something in the library, where there may be no such thing. */
export interface AskedName {
  /** Where it stands in the programming. */
  readonly path: readonly (string | number)[];
  readonly kind: NameKind;
  readonly name: string;
  /** Without regard to case and accents, as in queries. */
  readonly isFolded: boolean;
  /** Of a show: of this source only. */
  readonly source?: string | undefined;
  /** Of a show: this season of it. */
  readonly season?: number | undefined;
}

/** The conditions of a query that name something. */
const NAMING = ['source', 'library', 'show', 'genre', 'certificate', 'studio', 'tag', 'person'] as const;

/** All names by which a programming asks for something. */
export function namesIn(programming: Programming): AskedName[] {
  if (programming.kind === 'delay') return [];
  return contentsIn(programming).flatMap(({ path, content }) =>
    namesOf(content).map((asked) => ({ ...asked, path: [...path, ...asked.path] })),
  );
}

function namesOf(content: Content): AskedName[] {
  switch (content.kind) {
    case 'items':
      return content.ids.map((name, at) => ({ path: ['ids', at], kind: 'item', name, isFolded: false }));
    case 'show':
    case 'season': {
      const { show: name, source } = content;
      const season = content.kind === 'season' ? content.season : undefined;
      return [{ path: ['show'], kind: 'show', name, source, season, isFolded: false }, ...sourceIn(content)];
    }
    case 'films':
      return sourceIn(content);
    case 'collection':
      return [{ path: ['name'], kind: 'collection', name: content.name, isFolded: false }];
    case 'query':
      return namesAsked(content.where, ['where']);
  }
}

function sourceIn({ source: name }: { readonly source?: string | undefined }): AskedName[] {
  return name === undefined ? [] : [{ path: ['source'], kind: 'source', name, isFolded: false }];
}

function namesAsked(query: Query, path: AskedName['path']): AskedName[] {
  const { all = [], any = [], not } = query;
  return [
    ...NAMING.flatMap((kind) =>
      (query[kind] ?? []).map((name, at) => ({ path: [...path, kind, at], kind, name, isFolded: true })),
    ),
    ...all.flatMap((part, at) => namesAsked(part, [...path, 'all', at])),
    ...any.flatMap((part, at) => namesAsked(part, [...path, 'any', at])),
    ...(not === undefined ? [] : namesAsked(not, [...path, 'not'])),
  ];
}
