import type { LibrarySource } from '../library/library-reading.ts';
import type { PathRule } from '../library/path-map.ts';
import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Catalog } from './catalog.ts';
import type { StatesOf } from './choose-files.ts';
import { Intake } from './intake.ts';
import type { Planner } from './planner.ts';
import type { ShrinkingLibrary, SyncReport } from './source-state.ts';
import type { SyncStatus } from './sync-status.ts';
import { type SyncOutcome, syncSource } from './sync.ts';

export interface SyncerOptions {
  readonly catalog: Catalog;
  readonly sources: readonly LibrarySource[];
  readonly statesOf: StatesOf;
  /** A rule for paths with which files would be found that are not. */
  readonly suggestRule: (notFound: readonly string[]) => Promise<PathRule | undefined>;
  readonly status: SyncStatus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A source was looked through to its end. */
  readonly onSynced?: (source: string, report: SyncReport) => void;
  /** A source could not be looked through; what is known of it stays. */
  readonly onFailed?: (source: string, error: unknown) => void;
}

export interface SyncRequest {
  /** Only this source. */
  readonly source?: string;
  /** Items may leave, however many: somebody has confirmed it. */
  readonly mayShrink?: boolean;
}

/** Looks through libraries, one after the other, and has their channels planned anew. */
export class Syncer {
  readonly #options: SyncerOptions & { readonly planner: Planner };
  readonly #intake = new Intake();
  readonly #closing = new AbortController();
  /** What has come or gone may not be planned yet: an earlier process, or a sync that failed, may have got no further. */
  #isPlanStale = true;

  constructor(options: SyncerOptions & { readonly planner: Planner }) {
    this.#options = options;
  }

  /** True when files are still being written. Rejects with the first source that failed, after all were looked through. */
  async sync({ source: wanted, mayShrink = false }: SyncRequest): Promise<boolean> {
    const { catalog, sources, status, onFailed } = this.#options;
    const failures: unknown[] = [];
    let isGrowing = false;
    for (const source of sources.filter(({ id }) => wanted === undefined || id === wanted)) {
      try {
        isGrowing = (await this.#takeIn(source, mayShrink)) || isGrowing;
      } catch (error) {
        this.#isPlanStale = true;
        if (this.#closing.signal.aborted) return false;
        failures.push(error);
        onFailed?.(source.id, error);
        await catalog.library.setProblem(source.id, messageOf(error));
      } finally {
        status.end();
      }
    }
    if (failures.length > 0) throw failures[0];
    return isGrowing;
  }

  /** Breaks off what is being read; the next sync makes up for it. */
  close(): void {
    this.#closing.abort();
  }

  async #takeIn(source: LibrarySource, mayShrink: boolean): Promise<boolean> {
    const { catalog, clock, status, logger, onSynced } = this.#options;
    status.begin(source.id, (await catalog.library.stateOf(source.id))?.report?.files.items ?? null);
    const outcome = await syncSource({
      ...this.#options,
      ...{ source, mayShrink, intake: this.#intake, signal: this.#closing.signal },
      now: () => clock.now(),
      onProgress: (items) => status.read(items),
    });
    const { report, isGrowing } = outcome;
    await this.#replan(outcome);
    for (const library of report.shrinking) logger.warn({ source: source.id, ...library }, shrinkingInWords(library));
    onSynced?.(source.id, report);
    return isGrowing;
  }

  /** What has come joins within minutes; what has left is shown for another day, as the guide says. */
  async #replan({ gained, lost }: SyncOutcome): Promise<void> {
    const { catalog, planner } = this.#options;
    if (gained.length + lost.length === 0 && !this.#isPlanStale) return;
    // Any of them may show it.
    await planner.renew(await catalog.channels.listAll());
    this.#isPlanStale = false;
  }
}

/** "300 of the 1000 items of the library "Movies" are no longer found …" */
export function shrinkingInWords({ library, items, unseen }: ShrinkingLibrary): string {
  const where = library === '' ? 'the library' : `the library "${library}"`;
  const share = unseen === items ? `all ${items} items` : `${unseen} of the ${items} items`;
  return `${share} of ${where} are no longer found; is its disk there? They stay until somebody confirms that they are gone`;
}
