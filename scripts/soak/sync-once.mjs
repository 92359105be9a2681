import { once } from 'node:events';
import { start } from '../bench/cleanup.mjs';
import { MAIN } from '../bench/sidecar.mjs';

/** Syncs a Jellyfin's library by a process of its own; tells what went wrong, if anything. */
export async function syncOnce(host, data, { films, episodes }) {
  const child = start(process.execPath, [MAIN, 'sync'], {
    env: { PATH: process.env.PATH, SIDECAST_DATA_DIR: data, SIDECAST_LIBRARY: `jellyfin:${host}` },
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  const found = [/(\d+) films/, /(\d+) episodes/].map((count) => Number(count.exec(output)?.[1]));
  return code === 0 && found[0] === films && found[1] === episodes ? undefined : output;
}
