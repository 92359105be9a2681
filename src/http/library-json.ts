import { z } from 'zod';
import type { ShowSummary } from '../catalog/library/library-reader.ts';
import type { SourceSummary } from '../catalog/library/source-summary.ts';
import { suggestedPathMap } from '../catalog/library/source-state.ts';
import { isoTime } from './now-next.ts';
import type { LibraryProgress } from './services/library.ts';

const count = z.int();

export const showSummary = z.strictObject({
  source: z.string(),
  show: z.string(),
  seasons: count,
  episodes: count,
  missing: count.describe('Episodes whose file was not there at the last look'),
  year: z.number().nullable(),
});

export function showJSON({ source, show, seasons, episodes, missing, year }: ShowSummary): z.infer<typeof showSummary> {
  return { source, show, seasons, episodes, missing, year };
}

export const sourceSummary = z.strictObject({
  id: z.string(),
  schema: z.string().nullable().describe('What kind of library it is, in words; null until it was read'),
  synced_at: z.iso.datetime().nullable().describe('When it was last looked through to the end, UTC'),
  problem: z.string().nullable().describe('Why the last look has failed, in words'),
  libraries: z
    .array(
      z.strictObject({
        name: z.string().describe('Empty for a folder'),
        ...{ films: count, shows: count, episodes: count, missing: count, unplayable: count },
      }),
    )
    .describe('Those of the media server'),
  collections: z.array(
    z.strictObject({ id: z.string(), kind: z.enum(['collection', 'playlist']), name: z.string(), items: count }),
  ),
  files: z.strictObject({ items: count, missing: count }).nullable().describe('Each part of a film is one'),
  missing_files: z.array(z.string()).describe('The first of them'),
  suggested_path_map: z.string().nullable().describe('For SIDECAST_PATH_MAP: files that are missing would be found'),
  unplayable_files: z.array(z.strictObject({ path: z.string(), problem: z.string() })).describe('The first of them'),
  waiting_for_confirmation: z
    .array(z.strictObject({ library: z.string(), items: count, unseen: count }))
    .describe('Nothing is taken away from these until a sync with allow_removals'),
  skipped_rows: z.record(z.string(), count).describe('Rows of the media server that made no sense, by their kind'),
});

/** What was found in a source, in the API's words. */
export function sourceJSON(summary: SourceSummary): z.infer<typeof sourceSummary> {
  const { id, state, libraries, collections, missing, unplayable } = summary;
  const report = state?.report ?? null;
  const syncedMs = state?.syncedMs ?? null;
  return {
    id,
    schema: state?.schema ?? null,
    synced_at: syncedMs === null ? null : isoTime(syncedMs),
    problem: state?.problem ?? null,
    libraries: [...libraries],
    collections: [...collections],
    files: report?.files ?? null,
    missing_files: [...missing],
    suggested_path_map: report && suggestedPathMap(report),
    unplayable_files: [...unplayable],
    waiting_for_confirmation: [...(report?.shrinking ?? [])],
    skipped_rows: report?.skippedRows ?? {},
  };
}

export const syncProgress = z.strictObject({
  running: z.boolean(),
  source: z.string().nullable().describe('Which is read just now'),
  items: count.describe('How many of its items were read'),
  expected: count.nullable().describe('About how many it has'),
});

export function progressJSON({ isRunning, source, items, expected }: LibraryProgress): z.infer<typeof syncProgress> {
  return { running: isRunning, source, items, expected };
}
