import type { FileOnDisk } from './disk/file-states.ts';
import type { Collection, LibraryItem } from './library-item.ts';

/** A library that was opened for one look into it. Nothing of the host stays open between two calls. */
export interface LibraryReading extends AsyncDisposable {
  /** What kind of library it is, in words: "Jellyfin 10.11", "folder". */
  readonly schema: string;
  /** At most 500 items at a time, so that a large library is never in memory as a whole; in no order to rely on. */
  items(): AsyncIterable<readonly LibraryItem[]>;
  /** About how many they are, to whoever waits for them; null where nobody knows before they are read. */
  count(): Promise<number | null>;
  /** To be read after the items; members that are no items are among the ids. */
  collections(): Promise<readonly Collection[]>;
  /** A text that changes whenever what the library holds does, much cheaper than reading it; null where there is none. */
  changeMark(): Promise<string | null>;
  /**
   * A text that differs whenever anything does that the library would tell, without its being read; null where that is not
   * known. What the states of its files are is no part of it.
   */
  fingerprint(): Promise<string | null>;
  /** How files are, those of its items or others. */
  statesOf(files: readonly string[]): Promise<readonly (FileOnDisk | undefined)[]>;
  /** How many of the host's rows made no sense, by their kind. */
  readonly skippedRows: Readonly<Record<string, number>>;
}

/** A source of films and episodes. */
export interface LibrarySource {
  /** Stable: ids of channels and items are made with it. */
  readonly id: string;
  open(): Promise<LibraryReading>;
}
