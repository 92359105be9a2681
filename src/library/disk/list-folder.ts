import { z } from 'zod';
import { hasCode } from '../../shared/errors.ts';
import { DiskProcess, type DiskProcessOptions } from './disk-process.ts';

const listing = z.object({
  real: z.string(),
  entries: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['folder', 'file', 'other']),
      sizeBytes: z.number(),
      modifiedMs: z.number(),
    }),
  ),
});

/** What is in a folder, by names. `real` is its path without links. */
type Listing = z.infer<typeof listing>;

/** Rejects with the system's reason, or `timeout` where there is no answer. */
export function listFolder(disk: DiskProcess, directory: string): Promise<Listing> {
  return disk.ask({ task: 'list', given: directory, answer: listing, about: directory });
}

/** False for a folder whose disk does not answer; what is not there does. */
export async function answers(directory: string, options: DiskProcessOptions): Promise<boolean> {
  using disk = new DiskProcess(options);
  return await listFolder(disk, directory).then(
    () => true,
    (error: unknown) => !hasCode(error, 'timeout'),
  );
}
