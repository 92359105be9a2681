/** Loads a segment; undefined where there is none. */
type Load = () => Promise<Buffer | undefined>;

/** Segments that are kept in memory, by file, for all who ask: never more than `limitBytes`, the least asked go first. */
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

  put(file: string, bytes: Buffer): void {
    this.#drop(file);
    this.#held.set(file, { bytes, wasAsked: true });
    this.#bytes += bytes.length;
    for (const [oldest] of this.#held) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#drop(oldest);
    }
  }

  /** A segment that is kept, or is loaded now and kept from then on: once for all who ask meanwhile. */
  async read(file: string, load: Load): Promise<Buffer | undefined> {
    const held = this.#held.get(file);
    if (held === undefined) return this.#share(file, load, (bytes) => this.put(file, bytes));
    held.wasAsked = true;
    this.#held.delete(file);
    this.#held.set(file, held);
    return held.bytes;
  }

  /** A segment that is not to be kept: loaded once for all who ask meanwhile. */
  share(name: string, load: Load): Promise<Buffer | undefined> {
    return this.#share(name, load, () => {});
  }

  /** Forgets a segment unless somebody has asked for it since this was called last; false where it is not kept now. */
  cool(file: string): boolean {
    const held = this.#held.get(file);
    if (held?.wasAsked === true) {
      held.wasAsked = false;
      return true;
    }
    this.#drop(file);
    return false;
  }

  /** Forgets a segment, also one that is being loaded. */
  forget(file: string): void {
    this.#loading.delete(file);
    this.#drop(file);
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

  #drop(file: string): void {
    this.#bytes -= this.#held.get(file)?.bytes.length ?? 0;
    this.#held.delete(file);
  }
}
