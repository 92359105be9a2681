import type { ParameterSet } from './h264.ts';
import type { TellFault } from './faults.ts';
import { describeSps } from './h264.ts';

/** Judges that the parameter sets of the first key picture stay the only ones. */
export class ParameterSetJudge {
  private readonly known = new Map<string, ParameterSet>();
  private isComplete = false;

  constructor(private readonly tell: TellFault) {}

  /** The sets that came with one picture. */
  add(sets: readonly ParameterSet[], atSeconds: number): void {
    for (const set of sets) {
      const key = keyOf(set);
      if (this.known.has(key)) continue;
      if (this.isComplete) this.tell('parameter_sets_changed', this.describe(set), atSeconds);
      // Copied: the original would keep the picture's whole PES packet in memory.
      this.known.set(key, { kind: set.kind, bytes: Buffer.from(set.bytes) });
    }
    if (sets.length > 0) this.isComplete = true;
  }

  keys(): string[] {
    return [...this.known.keys()];
  }

  private describe(set: ParameterSet): string {
    const before = [...this.known.values()].find(({ kind }) => kind === set.kind);
    const change = `the ${set.kind} changes without a discontinuity`;
    if (set.kind === 'PPS' || before === undefined) return change;
    return `${change}, from ${describeSps(before.bytes)} to ${describeSps(set.bytes)}`;
  }
}

function keyOf(set: ParameterSet): string {
  return `${set.kind} ${set.bytes.toString('hex')}`;
}
