interface Step {
  readonly firstAtSeconds: number;
  readonly count: number;
}

/** A time step that is not the usual one: how far in ticks, how often, where first. */
interface OddStep extends Step {
  readonly ticks: number;
}

/** Counts time steps by length, so that the usual one can be told from the odd ones without keeping them all. */
export class StepCount {
  private readonly steps = new Map<number, Step>();

  add(ticks: number, atSeconds: number): void {
    const known = this.steps.get(ticks);
    this.steps.set(ticks, { firstAtSeconds: known?.firstAtSeconds ?? atSeconds, count: (known?.count ?? 0) + 1 });
  }

  /** The most common step; as a fraction where whole ticks cannot say it (24000/1001 is 3753 and 3754 in turn). */
  usual(): number | undefined {
    const near = this.near();
    const count = near.reduce((sum, [, step]) => sum + step.count, 0);
    return count === 0 ? undefined : near.reduce((sum, [ticks, step]) => sum + ticks * step.count, 0) / count;
  }

  /** The steps that are more than a tick from the most common one, in the order of their first appearance. */
  odd(): OddStep[] {
    const near = new Set(this.near().map(([ticks]) => ticks));
    return [...this.steps]
      .filter(([ticks]) => !near.has(ticks))
      .map(([ticks, step]) => ({ ticks, ...step }))
      .sort((a, b) => a.firstAtSeconds - b.firstAtSeconds);
  }

  private near(): [number, Step][] {
    const [commonest] = [...this.steps].filter(([ticks]) => ticks > 0).sort((a, b) => b[1].count - a[1].count);
    return commonest === undefined ? [] : [...this.steps].filter(([ticks]) => Math.abs(ticks - commonest[0]) <= 1);
  }
}
