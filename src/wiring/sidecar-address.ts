import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../shared/atomic-file.ts';

const address = z.object({ url: z.string() });

/** Says in the data folder where its sidecar is reached from this machine; returns what takes that back. */
export async function announceAddress(dataDir: string, host: string, port: number): Promise<() => Promise<void>> {
  const file = fileIn(dataDir);
  const here = ['0.0.0.0', '::', ''].includes(host) ? '127.0.0.1' : host;
  const url = `http://${here.includes(':') ? `[${here}]` : here}:${port}`;
  await writeFileAtomic(file, `${JSON.stringify({ url })}\n`);
  return () => rm(file, { force: true });
}

/** Where the sidecar of a data folder is reached; undefined where none has said so. */
export async function announcedAddress(dataDir: string): Promise<string | undefined> {
  try {
    return address.parse(JSON.parse(await readFile(fileIn(dataDir), 'utf8'))).url;
  } catch {
    return undefined;
  }
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'sidecar.json');
}
