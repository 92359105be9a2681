import { z } from 'zod';
import { DiskProcess, type DiskProcessOptions } from './disk-process.ts';

const states = z.array(z.object({ sizeBytes: z.number(), modifiedMs: z.number() }).optional());

/** What tells whether a file is still the same. */
export interface FileOnDisk {
  readonly sizeBytes: number;
  /** Modification time, milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** Undefined for a file that is not there; rejects with `timeout` where its disk does not answer. */
export async function statesOf(
  disk: DiskProcess,
  files: readonly string[],
): Promise<readonly (FileOnDisk | undefined)[]> {
  const [first] = files;
  if (first === undefined) return [];
  return disk.ask({ task: 'states', given: files, answer: states, about: first });
}

/** The same, by a process for this one question. */
export async function fileStates(
  files: readonly string[],
  options: DiskProcessOptions = {},
): Promise<readonly (FileOnDisk | undefined)[]> {
  using disk = new DiskProcess(options);
  return await statesOf(disk, files);
}
