import type { MediaFacts } from '../../ffmpeg/media-facts.ts';
import { QUALITIES } from '../../ffmpeg/quality.ts';
import { hasCode, messageOf } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Catalog } from '../catalog.ts';
import type { ChannelDefaults } from '../channels/new-channels.ts';
import { type ProbedFile, probeBest, type StatesOf } from './choose-files.ts';
import type { ItemOutline } from './item-outlines.ts';

/** What files are looked into with. */
export interface ItemProberTools {
  readonly catalog: Catalog;
  readonly probe: (file: string, signal: AbortSignal) => Promise<MediaFacts>;
  readonly statesOf: StatesOf;
  readonly defaults: () => Promise<ChannelDefaults>;
  readonly logger: Logger;
  /** Why a file that somebody waits for cannot be aired; with undefined, that a file can be. */
  readonly onLooked?: (file: string, problem: string | undefined) => void;
}

export interface ItemProberOptions extends ItemProberTools {
  /** Ends what is being looked into. */
  readonly signal: AbortSignal;
  /** Somebody has waited for an item that could not be aired. */
  readonly isAwaited: (itemId: string) => boolean;
  /** A library does not answer now. */
  readonly onSilent: () => void;
}

/** Looks into the files of items, and remembers of which of them nothing more is to be found out. */
export class ItemProber {
  readonly #options: ItemProberOptions;
  /** Files that cannot be aired, as they were then. That is told once; a new process tries it again. */
  readonly #failed = new Set<string>();
  /** Files of which facts were found in this pass. */
  readonly #found = new Set<string>();
  /** Libraries that did not answer in this pass: no other file of theirs is waited for. */
  readonly #silent = new Set<string>();
  /** Items whose files were not there in this pass: that changes no plan. */
  readonly #missing = new Set<string>();

  constructor(options: ItemProberOptions) {
    this.#options = options;
  }

  /** What did not answer or was not there may be by now. */
  beginPass(): void {
    this.#found.clear();
    this.#silent.clear();
    this.#missing.clear();
  }

  /** An item's file is worth another look. */
  forget(itemId: string): void {
    for (const state of this.#failed) if (state.startsWith(`${itemId} `)) this.#failed.delete(state);
  }

  /** There is more to be found out of it than is known. */
  isUnknown(item: ItemOutline): boolean {
    const state = stateOf(item);
    return (
      (item.pace === null || item.isStale) && !this.#found.has(state) && !this.#failed.has(state) && !this.isAway(item)
    );
  }

  /** It may be as it was, for all that was found out. */
  isAway({ id, source }: ItemOutline): boolean {
    return this.#silent.has(source) || this.#missing.has(id);
  }

  /** The facts, or undefined for a file that cannot be aired: it is left out, and that is said once. */
  async probe(item: ItemOutline): Promise<MediaFacts | undefined> {
    try {
      const { file, facts } = await this.#bestOf(item);
      await this.#options.catalog.items.setFacts(item, file, facts);
      this.#found.add(stateOf(item));
      this.#options.onLooked?.(item.path, undefined);
      return facts;
    } catch (error) {
      if (!this.#options.signal.aborted) await this.#fail(item, error);
      return undefined;
    }
  }

  async #fail(item: ItemOutline, error: unknown): Promise<void> {
    const { catalog, logger, onSilent, onLooked, isAwaited } = this.#options;
    const tell = (): void => {
      if (isAwaited(item.id)) onLooked?.(item.path, messageOf(error));
      logger.warn({ file: item.path }, messageOf(error));
    };
    if (hasCode(error, 'timeout')) {
      // Nothing is known of its files but that their disk does not answer now.
      logger.warn({ library: item.source }, `${messageOf(error)}; its library is looked into again in a minute`);
      this.#silent.add(item.source);
      onSilent();
      return;
    }
    if (hasCode(error, 'file_missing')) {
      await catalog.items.setMissing(item);
      this.#missing.add(item.id);
      tell();
      return;
    }
    // Nothing is wrong with the file.
    if (!hasCode(error, 'probe_failed')) throw error;
    await catalog.items.setProblem(item, messageOf(error));
    this.#failed.add(stateOf(item));
    tell();
  }

  /** The file of an item and what is in it; of several versions the best that can be aired. */
  async #bestOf(item: ItemOutline): Promise<ProbedFile> {
    const { catalog, probe, statesOf, defaults, signal } = this.#options;
    const versions = item.hasVersions ? await catalog.items.versionsOf(item.id) : [];
    const states = versions.length === 0 ? [] : await statesOf(versions);
    const others = versions.map((path, index) => ({ path, state: states[index] }));
    const there = [{ path: item.path, state: item }, ...others].flatMap(({ path, state }) =>
      state === undefined ? [] : { path, sizeBytes: state.sizeBytes, modifiedMs: state.modifiedMs },
    );
    const [highest = '1080p'] = others.length === 0 ? [] : (await defaults()).qualities;
    return probeBest(there, (file) => probe(file, signal), QUALITIES[highest].height);
  }
}

function stateOf({ id, sizeBytes, modifiedMs }: ItemOutline): string {
  return `${id} ${sizeBytes} ${modifiedMs}`;
}
