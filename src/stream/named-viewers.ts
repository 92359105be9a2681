/** Viewers that have a name, and how often each one is here: a player that changes the quality is in both for a while. */
export class NamedViewers {
  readonly #times = new Map<string, number>();

  has(viewer: string): boolean {
    return this.#times.has(viewer);
  }

  /** True for one that was not here before; one without a name is always another. */
  join(viewer: string | undefined): boolean {
    if (viewer === undefined) return true;
    const times = this.#times.get(viewer) ?? 0;
    this.#times.set(viewer, times + 1);
    return times === 0;
  }

  /** True for one that is not here any more. */
  leave(viewer: string | undefined): boolean {
    if (viewer === undefined) return true;
    const times = this.#times.get(viewer) ?? 0;
    if (times > 1) this.#times.set(viewer, times - 1);
    else this.#times.delete(viewer);
    return times === 1;
  }
}
