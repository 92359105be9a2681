/** Loads a segment; undefined where there is none. */
type Load = () => Promise<Buffer | undefined>;

/** Segments that are kept in memory, by name, for all who ask: never more than `limitBytes`, the least asked go first. */
export class SegmentMemory {
  readonly #limitBytes: number;
  /** The one that was asked for last is the last. */
  readonly #held = new Map<string, { readonly bytes: Buffer; wasAsked: boolean }>();
  readonly #loading = new Map<string, Promise<Buffer | undefined>>();
  #bytes = 0;

  constructor({ limitBytes }: { readonly limitBytes: number }) {
    this.#limitBytes = limitBytes;
  }

  /** How much is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  put(name: string, bytes: Buffer): void {
    this.#drop(name);
    this.#held.set(name, { bytes, wasAsked: true });
    this.#bytes += bytes.length;
    for (const [oldest] of this.#held) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#drop(oldest);
    }
  }

  /** A segment that is kept, or is loaded now and kept from then on: once for all who ask meanwhile. */
  async read(name: string, load: Load): Promise<Buffer | undefined> {
    return this.get(name) ?? this.#share(name, load, (bytes) => this.put(name, bytes));
  }

  /** A segment that is kept. */
  get(name: string): Buffer | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    held.wasAsked = true;
    this.#held.delete(name);
    this.#held.set(name, held);
    return held.bytes;
  }

  /** A segment that is not to be kept: loaded once for all who ask meanwhile. */
  share(name: string, load: Load): Promise<Buffer | undefined> {
    return this.#share(name, load, () => {});
  }

  /** Forgets a segment unless somebody has asked for it since this was called last; false where it is not kept now. */
  cool(name: string): boolean {
    const held = this.#held.get(name);
    if (held?.wasAsked === true) {
      held.wasAsked = false;
      return true;
    }
    this.#drop(name);
    return false;
  }

  /** Forgets a segment, also one that is being loaded. */
  forget(name: string): void {
    this.#loading.delete(name);
    this.#drop(name);
  }

  #share(name: string, load: Load, keep: (bytes: Buffer) => void): Promise<Buffer | undefined> {
    const known = this.#loading.get(name);
    if (known !== undefined) return known;
    const loading: Promise<Buffer | undefined> = load()
      .then((bytes) => {
        if (bytes !== undefined && this.#loading.get(name) === loading) keep(bytes);
        return bytes;
      })
      .finally(() => {
        if (this.#loading.get(name) === loading) this.#loading.delete(name);
      });
    this.#loading.set(name, loading);
    return loading;
  }

  #drop(name: string): void {
    this.#bytes -= this.#held.get(name)?.bytes.length ?? 0;
    this.#held.delete(name);
  }
}
