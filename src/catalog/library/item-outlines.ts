import type { Knex } from 'knex';
import { z } from 'zod';
import type { MediaFacts } from '../../ffmpeg/media-facts.ts';
import type { LibraryItem } from '../../library/library-item.ts';
import { type FrameRate, snapFrameRate } from '../../schedule/frame-rate.ts';
import { jsonText } from '../../shared/json-text.ts';
import { inBatches } from '../batches.ts';
import type { FileState } from './catalog-item.ts';

/** An item as far as looking after the catalog needs it. */
export interface ItemOutline extends FileState, Pick<LibraryItem, 'source' | 'path' | 'show'> {
  readonly missing: boolean;
  readonly gone: boolean;
  /** Other files could be aired in the place of its own. */
  readonly hasVersions: boolean;
  /** Known as soon as the file was probed. */
  readonly pace: Pace | null;
  /** It was probed by an earlier version, which has found out less: good until somebody looks again. */
  readonly isStale: boolean;
  /** As its host has measured it: good for planning, not for the encoder. Null where a look into the file has failed. */
  readonly hostPace: Pace | null;
}

/** How fast and how long something is. */
export type Pace = Pick<MediaFacts, 'frameRate' | 'durationMs'>;

const outlineRow = z
  .object({
    ...{ id: z.string(), source: z.string(), path: z.string(), show: z.string().nullable() },
    ...{ size_bytes: z.number(), modified_ms: z.number(), missing: z.coerce.boolean(), gone_ms: z.number().nullable() },
    ...{ rateNum: z.number().nullable(), rateDen: z.number().nullable(), durationMs: z.number().nullable() },
    facts_stale: z.coerce.boolean(),
    ...{ frames_per_second: z.number().nullable(), duration_ms: z.number().nullable() },
    problem: z.string().nullable(),
    versions: z.number(),
  })
  .transform((row): ItemOutline => ({
    id: row.id,
    source: row.source,
    path: row.path,
    show: row.show,
    missing: row.missing,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    gone: row.gone_ms !== null,
    hasVersions: row.versions > 0,
    pace:
      row.rateNum === null || row.rateDen === null
        ? null
        : paceOf({ num: row.rateNum, den: row.rateDen }, row.durationMs),
    isStale: row.facts_stale,
    hostPace:
      row.problem !== null || row.frames_per_second === null
        ? null
        : paceOf(snapFrameRate(row.frames_per_second), row.duration_ms),
  }));

/** Where each field of an outline is. */
const OUTLINE = {
  ...{ id: 'id', source: 'source', path: 'path', show: 'show', size_bytes: 'size_bytes', modified_ms: 'modified_ms' },
  ...{ missing: 'missing', gone_ms: 'gone_ms', frames_per_second: 'frames_per_second', duration_ms: 'duration_ms' },
  ...{ problem: 'problem', versions: 'versions', facts_stale: 'facts_stale' },
  rateNum: `json_extract(facts, '$.frameRate.num')`,
  rateDen: `json_extract(facts, '$.frameRate.den')`,
  durationMs: `json_extract(facts, '$.durationMs')`,
};
const OUTLINE_FIELDS = Object.entries(OUTLINE).map(([name, place]) => `'${name}', ${place}`);

/** Read as one text, which SQLite writes beside us: row by row it would keep others waiting. */
const outlineRows = z.object({ outlines: jsonText.pipe(z.array(outlineRow)) });

/** In batches, so that others are answered in between. */
export async function readOutlines(knex: Knex, ids: readonly string[]): Promise<Map<string, ItemOutline>> {
  const found = new Map<string, ItemOutline>();
  await inBatches(ids, async (batch) => {
    const row: unknown = await knex('items')
      .whereRaw('id in (select value from json_each(?))', [JSON.stringify(batch)])
      .first({ outlines: knex.raw(`json_group_array(json_object(${OUTLINE_FIELDS.join(', ')}))`) });
    for (const outline of outlineRows.parse(row).outlines) found.set(outline.id, outline);
  });
  return found;
}

function paceOf(frameRate: FrameRate, durationMs: number | null): Pace | null {
  return durationMs === null ? null : { frameRate, durationMs };
}
