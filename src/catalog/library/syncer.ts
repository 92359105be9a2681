import type { LibrarySource } from '../../library/library-reading.ts';
import type { PathRule } from '../../library/path-map.ts';
import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Catalog } from '../catalog.ts';
import type { StatesOf } from './choose-files.ts';
import { Intake } from './intake.ts';
import type { Planner } from '../planning/planner.ts';
import type { ShrinkingLibrary, SyncReport } from './source-state.ts';
import type { SyncStatus } from './sync-status.ts';
import { type SyncOutcome, syncSource } from './sync.ts';

export interface SyncerOptions {
  readonly catalog: Catalog;
  readonly sources: readonly LibrarySource[];
  readonly statesOf: StatesOf;
  /** Rules for paths with which files would be found that are not. */
  readonly suggestRules: (notFound: readonly string[]) => Promise<readonly PathRule[]>;
  readonly status: SyncStatus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A source was looked through to its end. */
  readonly onSynced?: (source: string, report: SyncReport) => void;
  /** A source could not be looked through; what is known of it stays. */
  readonly onFailed?: (source: string, error: unknown) => void;
  /** One source is done with, while others are still being looked through. */
  readonly onOthersLeft?: () => Promise<void>;
}

export interface SyncRequest {
  /** Only this source. */
  readonly source?: string;
  /** Items may leave, however many: somebody has confirmed it. */
  readonly mayShrink?: boolean;
}

/** So many sources are looked through side by side: one that does not answer keeps the others waiting for nothing. */
const AT_ONCE = 4;

/** Looks through libraries and has their channels planned anew. */
export class Syncer {
  readonly #options: SyncerOptions & { readonly planner: Planner };
  readonly #intake = new Intake();
  readonly #closing = new AbortController();
  /** What has come or gone may not be planned yet: an earlier process, or a sync that failed, may have got no further. */
  #isPlanStale = true;

  constructor(options: SyncerOptions & { readonly planner: Planner }) {
    this.#options = options;
  }

  /** Never rejects: whatever becomes of one source, all are looked through. */
  async sync({ source: wanted, mayShrink = false }: SyncRequest): Promise<Look> {
    const asked = this.#options.sources.filter(({ id }) => wanted === undefined || id === wanted);
    const looks: Look[] = [];
    const coming = asked.entries();
    let left = asked.length;
    const lookOn = async (): Promise<void> => {
      for (const [index, source] of coming) {
        looks[index] = await this.#lookInto(source, mayShrink).catch((failure: unknown) => ({
          isGrowing: false,
          failures: [failure],
        }));
        if (--left > 0) await this.#options.onOthersLeft?.();
      }
    };
    await Promise.all(asked.slice(0, AT_ONCE).map(lookOn));
    return {
      isGrowing: looks.some(({ isGrowing }) => isGrowing),
      failures: looks.flatMap(({ failures }) => failures),
    };
  }

  /** Breaks off what is being read; the next sync makes up for it. */
  close(): void {
    this.#closing.abort();
  }

  async #lookInto(source: LibrarySource, mayShrink: boolean): Promise<Look> {
    const { catalog, status, onFailed } = this.#options;
    // What was not begun yet when all ends is left to the next sync.
    if (this.#closing.signal.aborted) return { isGrowing: false, failures: [] };
    try {
      return { isGrowing: await this.#takeIn(source, mayShrink), failures: [] };
    } catch (failure) {
      this.#isPlanStale = true;
      if (this.#closing.signal.aborted) return { isGrowing: false, failures: [] };
      onFailed?.(source.id, failure);
      await catalog.library.setProblem(source.id, messageOf(failure));
      return { isGrowing: false, failures: [failure] };
    } finally {
      status.end(source.id);
    }
  }

  async #takeIn(source: LibrarySource, mayShrink: boolean): Promise<boolean> {
    const { catalog, clock, status, logger, onSynced } = this.#options;
    status.begin(source.id, (await catalog.library.stateOf(source.id))?.report?.files.items ?? null);
    const outcome = await syncSource({
      ...this.#options,
      ...{ source, mayShrink, intake: this.#intake, signal: this.#closing.signal },
      now: () => clock.now(),
      onProgress: (items, expected) => status.read(source.id, items, expected),
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

/** What came of looking into a source, or into several. */
interface Look {
  /** Files are still being written: they are to be looked at again after `STABLE_MS`. */
  readonly isGrowing: boolean;
  /** Why sources could not be looked through. */
  readonly failures: readonly unknown[];
}

/** "300 of the 1000 items of the library "Movies" are no longer found …" */
export function shrinkingInWords({ library, items, unseen }: ShrinkingLibrary): string {
  const where = library === '' ? 'the library' : `the library "${library}"`;
  const share = unseen === items ? `all ${items} items` : `${unseen} of the ${items} items`;
  return `${share} of ${where} are no longer found; is its disk there? They stay until somebody confirms that they are gone`;
}
