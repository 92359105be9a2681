import { writeFileAtomic } from '../shared/atomic-file.ts';

/** Writes a playlist so that a player reads the old one or the new one, never a part; makes its directory. */
export async function writePlaylistAtomic(path: string, content: string): Promise<void> {
  await writeFileAtomic(path, content);
}
