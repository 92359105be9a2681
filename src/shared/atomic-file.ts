import { open, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { v4 as uuid } from 'uuid';

/**
 * Writes a file so that readers see the old content or the new one, never a part: a temporary file in the same
 * directory, synced, then renamed over the target. Creates the directory; removes the temporary file on failure. `mode`
 * says who may read it; all whom the process lets, unless told.
 */
export async function writeFileAtomic(
  file: string,
  content: string | Uint8Array,
  { mode = 0o666 }: { readonly mode?: number } = {},
): Promise<void> {
  const directory = path.dirname(file);
  await mkdir(directory, { recursive: true });
  const temporary = path.join(directory, `.${path.basename(file)}.${uuid()}.tmp`);
  try {
    await using handle = await open(temporary, 'wx', mode);
    await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
