import { once } from 'node:events';
import { start } from './cleanup.mjs';

const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-y', '-v', 'error'];

/** Runs ffmpeg to its end and gives what it wrote to standard output. */
export async function ffmpeg(args) {
  const child = start('ffmpeg', [...QUIET, ...args]);
  const output = [];
  let complaints = '';
  child.stdout.on('data', (bytes) => output.push(bytes));
  child.stderr.on('data', (text) => (complaints += String(text)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${complaints}`);
  return Buffer.concat(output);
}
