import { execaSync } from 'execa';

/** True on a machine on which a test may mount. */
export const canMount =
  execaSync('unshare', ['-m', 'true'], { reject: false }).exitCode === 0 && process.getuid?.() === 0;

/** Shows a file or folder at another place, read-only, while `work` is done. */
export async function withReadOnlyMount(from: string, to: string, work: () => Promise<unknown>): Promise<void> {
  execaSync('mount', ['--bind', from, to]);
  try {
    execaSync('mount', ['-o', 'remount,bind,ro', to]);
    await work();
  } finally {
    execaSync('umount', [to]);
  }
}
