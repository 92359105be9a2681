import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(import.meta.dirname, '../..');

/** The program's folder, beside what it reads of its package; the first who asks in a run of the tests builds it. */
export async function builtFolder() {
  const shared = process.env['TESTS_SHARED_FOLDER'] ?? '';
  const built = path.join(shared, 'built');
  if (!existsSync(built)) {
    const making = await mkdtemp(path.join(shared, 'making-'));
    for (const name of ['node_modules', 'package.json', 'plugin-manifest.json', 'src']) {
      await symlink(path.join(ROOT, name), path.join(making, name));
    }
    await promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/bundle.mjs'), path.join(making, 'dist')]);
    // Where somebody else was quicker, theirs is as good.
    await rename(making, built).catch(() => rm(making, { recursive: true }));
  }
  return path.join(built, 'dist');
}
