import { z } from 'zod';
import { jsonText } from '../../shared/json-text.ts';

/** A library of a source of which a sync would take away more than is likely to be meant. */
const shrinking = z.object({
  /** As the host calls it; empty for a folder. */
  library: z.string(),
  items: z.number(),
  /** How many of them were not found any more. */
  unseen: z.number(),
});
export type ShrinkingLibrary = z.infer<typeof shrinking>;

/** What a completed sync has found. */
const report = z.object({
  /** How many of the host's rows made no sense, by their kind. */
  skippedRows: z.record(z.string(), z.number()),
  /** Waits until somebody confirms it: nothing of these libraries was taken away. */
  shrinking: z.array(shrinking).readonly(),
  /** Films and episodes, each part counted, and how many of them have no file here. */
  files: z.object({ items: z.number(), missing: z.number() }),
  /** Rules for paths with which files would be found that are not. */
  suggestedRules: z
    .array(z.object({ from: z.string(), to: z.string() }))
    .readonly()
    .default([]),
});
export type SyncReport = z.infer<typeof report>;

/** The rules that a sync suggests, as the setting has them; null where it suggests none. */
export function suggestedPathMap({ suggestedRules }: Pick<SyncReport, 'suggestedRules'>): string | null {
  return suggestedRules.map(({ from, to }) => `${from}=>${to}`).join(',') || null;
}

/** What is remembered of a source from sync to sync. */
export interface SourceState {
  readonly id: string;
  /** What kind of library it is, in words. */
  readonly schema: string | null;
  /** When it was last looked through to the end, milliseconds since the epoch. */
  readonly syncedMs: number | null;
  /** The library's own mark at that time. */
  readonly changeMark: string | null;
  /** What it was made of then, as a fingerprint; null where it has to be read anew. */
  readonly fingerprint: string | null;
  /** Why the last sync has failed, in words. */
  readonly problem: string | null;
  readonly report: SyncReport | null;
}

/** A state as the table of sources keeps it. */
export const sourceRow = z
  .object({
    id: z.string(),
    schema: z.string().nullable(),
    synced_ms: z.number().nullable(),
    change_mark: z.string().nullable(),
    fingerprint: z.string().nullable(),
    problem: z.string().nullable(),
    report: jsonText.pipe(report).nullable(),
  })
  .transform(({ synced_ms, change_mark, ...row }): SourceState => ({
    ...row,
    syncedMs: synced_ms,
    changeMark: change_mark,
  }));
