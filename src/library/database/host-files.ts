import { z } from 'zod';
import type { DiskProcess } from '../disk/disk-process.ts';

const mark = z.object({ inode: z.bigint(), sizeBytes: z.bigint(), modifiedNs: z.bigint() });
/** What tells whether a file is still the same. */
type FileMark = z.infer<typeof mark>;
const marks = z.tuple([mark, mark.optional(), mark.optional(), mark.optional()]);

/** A host's database as its files stand at one moment. */
export interface HostFiles {
  readonly main: FileMark;
  readonly wal: FileMark | undefined;
  readonly shm: FileMark | undefined;
  readonly journal: FileMark | undefined;
}

/**
 * How a database is read without disturbing its host:
 * - `live`: it has its WAL and index, so it is read beside the host, with the host's own locks.
 * - `immutable`: nobody has it open. A plain read-only opening would leave a WAL of its own that can lock the host out.
 * - `copy`: rows wait in a WAL without an index, which nobody can read without making one: only a copy is opened.
 * - `rollback`: no WAL by its kind, so reading takes a lock for a moment and makes no file.
 */
export type Approach = 'live' | 'immutable' | 'copy' | 'rollback';

/** Looks at the files without opening them. Rejects when there is no database. */
export async function lookAt(disk: DiskProcess, file: string): Promise<HostFiles> {
  const given = [file, `${file}-wal`, `${file}-shm`, `${file}-journal`];
  const [main, wal, shm, journal] = await disk.ask({ task: 'marks', given, answer: marks, about: file });
  return { main, wal, shm, journal };
}

/** The way to read the files as they stand; `isWal` is what the database's header says. */
export function approachTo({ wal, shm }: HostFiles, isWal: boolean): Approach {
  if (wal !== undefined && shm !== undefined) return 'live';
  if (wal !== undefined && wal.sizeBytes > 0n) return 'copy';
  return isWal ? 'immutable' : 'rollback';
}

/** True when nobody has touched the files between two looks. */
export function areSame(before: HostFiles, after: HostFiles): boolean {
  return (['main', 'wal', 'shm', 'journal'] as const).every((name) => isSame(before[name], after[name]));
}

/**
 * What the header says of the journal: true for WAL. Closing a file drops all locks that this process has on it, so
 * this is for moments at which it has no connection to it.
 */
export async function keepsWal(disk: DiskProcess, file: string): Promise<boolean> {
  // Byte 19: the version that a reader must know; 2 is WAL (SQLite file format, 1.3.2).
  const given = { file, bytes: 20 };
  const head = await disk.ask({ task: 'head', given, answer: z.array(z.number()), about: file });
  return head[19] === 2;
}

function isSame(a: FileMark | undefined, b: FileMark | undefined): boolean {
  return a?.inode === b?.inode && a?.sizeBytes === b?.sizeBytes && a?.modifiedNs === b?.modifiedNs;
}
