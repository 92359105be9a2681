import { z } from 'zod';
import type { DiskProcess } from './disk-process.ts';

const kind = z.enum(['folder', 'file', 'other']);

/** Rejects with the system's reason for what is not there, or `timeout` where there is no answer. */
export function kindOf(disk: DiskProcess, file: string): Promise<z.infer<typeof kind>> {
  return disk.ask({ task: 'kind', given: file, answer: kind, about: file });
}

/** The path without links. Rejects as `kindOf` does. */
export function realPath(disk: DiskProcess, file: string): Promise<string> {
  return disk.ask({ task: 'realpath', given: file, answer: z.string(), about: file });
}
