import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, execaSync } from 'execa';

/** True where this user may mount file systems. */
export function mayMount(): boolean {
  const directory = mkdtempSync(path.join(tmpdir(), 'may-mount-'));
  const { failed } = execaSync('mount', ['-t', 'tmpfs', 'none', directory], { reject: false });
  if (!failed) execaSync('umount', [directory]);
  rmdirSync(directory);
  return !failed;
}

/** Mounts a file system of 1 MB on a folder until it is disposed of. */
export async function mountSmallDisk(directory: string): Promise<AsyncDisposable & { readonly directory: string }> {
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', directory]);
  return { directory, [Symbol.asyncDispose]: async () => void (await execa('umount', ['-l', directory])) };
}
