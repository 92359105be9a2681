import { z } from 'zod';
import { type MediaFacts, mediaFacts } from '../../ffmpeg/media-facts.ts';
import type { LibraryItem } from '../../library/library-item.ts';
import { jsonText } from '../../shared/json-text.ts';

type Listed = Pick<LibraryItem, 'id' | 'source' | 'path' | 'kind' | 'title' | 'show' | 'season' | 'episode'>;

/** An item as the catalog has it: what its library says, and what a look into the file found. */
export interface CatalogItem extends Listed, FileState {
  /** Null until the file was probed, and again when it changes. */
  readonly facts: MediaFacts | null;
  /** Why it cannot be aired, in words. */
  readonly problem: string | null;
  /** Its file was not there at the last look. */
  readonly missing: boolean;
  /** The last look through the library did not find it any more. */
  readonly gone: boolean;
  /** For a further part of an item: the item that it belongs to. */
  readonly partOf: string | null;
}

/** How a file was when it was last seen: facts are good for this state of it and no other. */
export interface FileState {
  readonly id: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** As `ITEM_COLUMNS` are read. */
export const itemRow = z
  .object({
    id: z.string(),
    source: z.string(),
    path: z.string(),
    kind: z.enum(['film', 'episode']),
    title: z.string(),
    show: z.string().nullable(),
    season: z.number().nullable(),
    episode: z.number().nullable(),
    size_bytes: z.number(),
    modified_ms: z.number(),
    facts: z.string().nullable(),
    problem: z.string().nullable(),
    missing: z.coerce.boolean(),
    gone_ms: z.number().nullable(),
    part_of: z.string().nullable(),
  })
  .transform((row): CatalogItem => ({
    // One by one: guides read many at a time, and spreading takes longer than all the rest.
    id: row.id,
    source: row.source,
    path: row.path,
    kind: row.kind,
    title: row.title,
    show: row.show,
    season: row.season,
    episode: row.episode,
    problem: row.problem,
    missing: row.missing,
    gone: row.gone_ms !== null,
    partOf: row.part_of,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    facts: row.facts === null ? null : storedFacts(row.facts),
  }));

export const ITEM_COLUMNS = [
  ...['id', 'source', 'path', 'kind', 'title', 'show', 'season', 'episode', 'size_bytes', 'modified_ms', 'facts'],
  ...['problem', 'missing', 'gone_ms', 'part_of'],
];

/** What was found in a file, as it is kept. Facts that cannot be read count as none. */
export function storedFacts(text: string): MediaFacts | null {
  const parsed = jsonText.pipe(mediaFacts).safeParse(text);
  return parsed.success ? parsed.data : null;
}
