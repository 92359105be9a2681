/** An airing that guides tell of: a programme or a part of it, or that nothing is on. In segments. */
export interface ToldAiring {
  readonly start: number;
  readonly stop: number;
  readonly block: number;
  readonly kind: 'programme' | 'off-air';
  /** Of a programme. */
  readonly itemId: string | null;
}

/** A programme with what interrupts it, or a time in which nothing is on. In segments. */
export interface Told {
  readonly kind: ToldAiring['kind'];
  readonly itemId: string | null;
  readonly start: number;
  /** Where its own last part ends. */
  readonly end: number;
  /** Where the next one begins: what is shown until then is not told of. */
  readonly stop: number;
}

/**
 * What guides tell of airings in order. A part is told of with the first of its programme, or not at all where that is not
 * among them. `until` is where the next one begins after them.
 */
export function toldOf(airings: readonly ToldAiring[], until: number): Told[] {
  const told: Told[] = [];
  let next = until;
  let end: number | undefined;
  for (const { start, stop, block, kind, itemId } of airings.toReversed()) {
    end ??= stop;
    if (kind === 'programme' && start !== block) continue;
    told.push({ kind, itemId, start, end: Math.min(end, next), stop: next });
    [next, end] = [start, undefined];
  }
  return told.toReversed();
}
