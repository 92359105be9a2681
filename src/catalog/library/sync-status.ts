/** How far a look through the libraries has come: through one of those that are read just now. */
export interface SyncProgress {
  /** The source that is being read; null when none is. */
  readonly source: string | null;
  /** How many of its items were read. */
  readonly items: number;
  /** About how many it has, as far as that is known. */
  readonly expected: number | null;
}

const IDLE: SyncProgress = { source: null, items: 0, expected: null };

/** Tells whoever wants to know how far a sync has come. */
export class SyncStatus {
  #progress = IDLE;
  #running = 0;
  /** What is read just now, by its source; what was heard of last is at the end. */
  readonly #reading = new Map<string, SyncProgress>();
  readonly #listeners = new Set<(progress: SyncProgress) => void>();

  get progress(): SyncProgress {
    return this.#progress;
  }

  /** Libraries are being looked through, or are about to be. */
  get isRunning(): boolean {
    return this.#running > 0 || this.#progress.source !== null;
  }

  /** A source is being looked through just now. */
  isReading(source: string): boolean {
    return this.#reading.has(source);
  }

  /** Counts as running from now until the work is done. */
  async during(work: () => Promise<void>): Promise<void> {
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
      this.#set(this.#progress);
    }
  }

  begin(source: string, expected: number | null): void {
    this.#tell({ source, items: 0, expected });
  }

  /** So many were read; `expected` is null where the library itself does not say how many it has. */
  read(source: string, items: number, expected: number | null): void {
    this.#tell({ source, items, expected: expected ?? this.#reading.get(source)?.expected ?? null });
  }

  end(source: string): void {
    this.#reading.delete(source);
    this.#set([...this.#reading.values()].at(-1) ?? IDLE);
  }

  /** Calls back with each step; returns what ends that. */
  follow(listener: (progress: SyncProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(progress: SyncProgress & { readonly source: string }): void {
    this.#reading.delete(progress.source);
    this.#reading.set(progress.source, progress);
    this.#set(progress);
  }

  #set(progress: SyncProgress): void {
    this.#progress = progress;
    for (const listener of this.#listeners) listener(progress);
  }
}
