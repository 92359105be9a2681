import type { MarkOf } from './second-looks.ts';

interface Waited {
  /** The last look got no answer. */
  isSilent: boolean;
  /** Since when it answers again. */
  since: number | undefined;
  isLooking: boolean;
}

/** Notices when a file answers again for which a run still waits: the run may have hold of what it was before. */
export class AnswerWatch<Run extends object> {
  readonly #options: { readonly now: () => number; readonly markOf: MarkOf };
  readonly #waited = new WeakMap<Run, Waited>();

  constructor(options: { readonly now: () => number; readonly markOf: MarkOf }) {
    this.#options = options;
  }

  /**
   * Since when a file answers again, which it did not while this run waited for it; undefined where it always did, or does
   * not. Has it looked at. `wasSilent`: it gave no answer before the run began.
   */
  since(run: Run, file: string, { wasSilent }: { readonly wasSilent: boolean }): number | undefined {
    const waited = this.#waited.get(run) ?? { isSilent: wasSilent, since: undefined, isLooking: false };
    this.#waited.set(run, waited);
    if (waited.since === undefined && !waited.isLooking) void this.#look(waited, file);
    return waited.since;
  }

  async #look(waited: Waited, file: string): Promise<void> {
    waited.isLooking = true;
    const mark = await this.#options.markOf(file);
    waited.isLooking = false;
    if (mark !== undefined && waited.isSilent) waited.since = this.#options.now();
    waited.isSilent = mark === undefined;
  }
}
