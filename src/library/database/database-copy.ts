import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { DiskProcess } from '../disk/disk-process.ts';
import { areSame, type HostFiles } from './host-files.ts';

export interface DatabaseCopyOptions {
  readonly disk: DiskProcess;
  /** Where it may be put. */
  readonly scratchDirectory: string;
}

/** A copy of a database that can be read in no other way. */
export class DatabaseCopy {
  readonly #file: string;
  readonly #options: DatabaseCopyOptions;
  #copy: { readonly directory: string; readonly of: HostFiles } | undefined;

  constructor(file: string, options: DatabaseCopyOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Made once for as long as the server leaves its files as they are. */
  async of(files: HostFiles): Promise<string> {
    if (this.#copy === undefined || !areSame(this.#copy.of, files)) {
      await this.drop();
      await mkdir(this.#options.scratchDirectory, { recursive: true });
      const directory = await mkdtemp(path.join(this.#options.scratchDirectory, 'host-'));
      this.#copy = { directory, of: files };
      for (const [suffix, mark] of [
        ['', files.main],
        ['-wal', files.wal],
        ['-journal', files.journal],
      ] as const) {
        const [from, to] = [this.#file + suffix, path.join(directory, `copy.db${suffix}`)];
        if (mark) {
          await this.#options.disk.ask({ task: 'copy', given: { from, to }, answer: z.void(), about: from });
        }
      }
    }
    return path.join(this.#copy.directory, 'copy.db');
  }

  /** Takes it away. */
  async drop(): Promise<void> {
    const copy = this.#copy;
    this.#copy = undefined;
    if (copy) await rm(copy.directory, { recursive: true, force: true });
  }
}
