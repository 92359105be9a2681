// A process of its own: a file system that hangs, as network shares do, keeps nobody else waiting, and this one is
// killed. Files are read by few threads; one that waits for such a file system cannot even exit.
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Files looked at side by side: a disk on the network answers slowly. */
const AT_ONCE = 32;

process.on('message', (/** @type {string} */ directory) => {
  list(directory).then(
    (listing) => process.send?.({ listing }),
    (/** @type {Error} */ error) => process.send?.({ problem: error.message }),
  );
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** @param {string} directory */
async function list(directory) {
  const real = await realpath(directory);
  const names = await readdir(directory);
  const entries = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const batch = names.slice(from, from + AT_ONCE);
    const states = await Promise.all(batch.map((name) => stat(path.join(directory, name)).catch(() => undefined)));
    for (const [index, state] of states.entries()) {
      if (state === undefined) continue;
      const kind = state.isDirectory() ? 'folder' : state.isFile() ? 'file' : 'other';
      entries.push({ name: batch[index], kind, sizeBytes: state.size, modifiedMs: Math.round(state.mtimeMs) });
    }
    // A sign of life: large folders take their time.
    process.send?.({});
  }
  return { real, entries };
}
