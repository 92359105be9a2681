import { stat } from 'node:fs/promises';

/** What tells whether a file is still the same. */
export interface FileOnDisk {
  readonly sizeBytes: number;
  /** Modification time, milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** Undefined for a file that is not there, or cannot be reached just now. */
export async function fileState(file: string): Promise<FileOnDisk | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return { sizeBytes: size, modifiedMs: Math.round(mtimeMs) };
  } catch {
    return undefined;
  }
}
