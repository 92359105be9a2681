import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { execa } from 'execa';
import { mayMount } from './small-disk.ts';

const DEVICE = '/dev/fuse';

/** True where a file system can be mounted that nobody serves. */
export function mayHang(): boolean {
  return existsSync(DEVICE) && mayMount();
}

/** Mounts a file system of which every question stays unanswered, as of a server that is gone, until it is disposed of. */
export async function mountHanging(directory: string): Promise<AsyncDisposable> {
  const device = openSync(DEVICE, 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const args = ['-i', '-t', 'fuse', '-o', options, 'none', directory];
  const [code] = await once(spawn('mount', args, { stdio: ['ignore', 'ignore', 'inherit', device] }), 'exit');
  if (code !== 0) throw new Error(`mount ended with ${String(code)}`);
  return {
    [Symbol.asyncDispose]: async () => {
      // Now its questions are answered: with an error.
      closeSync(device);
      await execa('umount', ['-l', directory]);
    },
  };
}
