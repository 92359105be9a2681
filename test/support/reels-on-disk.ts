import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** How many segments each reel in a reels folder has: of a card it is one. */
export async function segmentsPerReel(reels: string): Promise<number[]> {
  const keys = (await readdir(reels)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const lists = await Promise.all(keys.map((key) => readdir(path.join(reels, key))));
  return lists.map((names) => names.filter((name) => name.endsWith('.ts')).length);
}
