/** Counts in how many cases something occurred. */
export class Coverage {
  readonly #counts: Map<string, number>;
  #cases = 0;

  constructor(kinds: readonly string[]) {
    this.#counts = new Map(kinds.map((kind) => [kind, 0]));
  }

  /** One more case; what is not counted is passed over. */
  add(seen: Iterable<string>): void {
    this.#cases++;
    for (const kind of new Set(seen)) {
      const count = this.#counts.get(kind);
      if (count !== undefined) this.#counts.set(kind, count + 1);
    }
  }

  rarerThan(share: number): string[] {
    return [...this.#counts].filter(([, count]) => count < share * this.#cases).map(([kind, n]) => `${kind}: ${n}`);
  }

  describe(): string {
    const parts = [...this.#counts].map(([kind, count]) => `${kind} ${Math.round((100 * count) / this.#cases)} %`);
    return `Of ${this.#cases} cases: ${parts.join(', ')}.`;
  }
}
