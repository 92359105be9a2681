import type { ItemFilter } from '../../catalog/library/item-query.ts';
import type { ItemPage, ItemPageRequest, ShowSummary } from '../../catalog/library/library-reader.ts';
import type { SourceSummary } from '../../catalog/library/source-summary.ts';
import type { SyncProgress } from '../../catalog/library/sync-status.ts';
import type { ArtworkKind } from '../../library/library-item.ts';

/** How far a look through the libraries has come. */
export interface LibraryProgress extends SyncProgress {
  /** Libraries are being looked through, or will be at once. */
  readonly isRunning: boolean;
}

/** The libraries as HTTP needs them. */
export interface LibraryService {
  /** The ids of the sources, in the order of the settings. */
  readonly sources: readonly string[];
  summaries(): Promise<readonly SourceSummary[]>;
  items(request: ItemPageRequest): Promise<ItemPage>;
  shows(
    filter: Pick<ItemFilter, 'search' | 'source' | 'library'>,
    limit: number,
    after?: { readonly show: string; readonly source: string },
  ): Promise<readonly ShowSummary[]>;
  /** A picture of an item; undefined where it has none of that kind. */
  artwork(itemId: string, kind: ArtworkKind, width?: number): Promise<{ type: string; bytes: Buffer } | undefined>;
  /** Looks through a source, or all; what fails is in its summary afterwards. */
  sync(request: { readonly source?: string; readonly mayShrink: boolean }): Promise<void>;
  progress(): LibraryProgress;
  /** Calls back with each step of a sync; returns what ends that. */
  follow(listener: () => void): () => void;
}
