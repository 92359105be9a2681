import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { start } from '../bench/cleanup.mjs';
import { freshFolders, removeFolders } from '../bench/sidecar.mjs';
import { criterion, row } from '../bench/stats.mjs';
import { makeFilm } from './probed-sidecar.mjs';

const LAB = path.join(import.meta.dirname, 'unplugged-lab.mjs');
/** A network of its own, whose addresses nobody else sees. */
const IN_OWN_NETWORK = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"'];
/** Three target durations of a second, and how often is looked. */
const HLS_BOUND_SECONDS = 3 + 1;
/** A connection over which nothing is asked any more. */
const IDLE_BOUND_SECONDS = 30 + 10;
/** What the system takes for the viewer until its buffers are full. */
const BUFFERED_SECONDS = 60;
const SILENT_SECONDS = 600;

/** The cable of two viewers is pulled: from then on all their packets are dropped. When are their places free again? */
export async function soakUnplugged({ folder, amount: minutes }) {
  const [program, ...args] = IN_OWN_NETWORK;
  if (spawnSync(program, [...args, 'sh', 'ip', 'link', 'add', 'va', 'type', 'veth']).status !== 0) {
    return { rows: [], criteria: [], notes: ['skipped: networks of their own cannot be made here (unshare, ip)'] };
  }
  const library = path.join(folder, 'films');
  await makeFilm(library);
  const folders = await freshFolders();
  const given = JSON.stringify({ library, folders, limitSeconds: minutes * 60 });
  const lab = start(program, [...args, 'sh', process.execPath, LAB, given], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  lab.stdout.on('data', (text) => (said += String(text)));
  const [code] = await once(lab, 'close');
  await removeFolders(folders);
  if (code !== 0) throw new Error(`the laboratory ended with ${code}`);
  const { refusedBefore, letInAfter, hlsSeconds, tsSeconds, hlsClosedSeconds, connectionsLeft } = JSON.parse(said);
  return {
    rows: [
      row('the place of an HLS viewer is free after', [hlsSeconds], 's'),
      row('its connection is closed after', [hlsClosedSeconds], 's'),
      row('the place of a TS viewer is free after', [tsSeconds], 's'),
    ],
    criteria: [
      criterion('the place of an HLS viewer', hlsSeconds, HLS_BOUND_SECONDS, 's'),
      criterion('the connection of an HLS viewer', hlsClosedSeconds, IDLE_BOUND_SECONDS, 's'),
      criterion('the place of a TS viewer', tsSeconds, SILENT_SECONDS + BUFFERED_SECONDS, 's'),
      criterion('connections left', connectionsLeft, 0, ''),
      criterion(
        'viewers too many that were let in, and free places refused',
        (refusedBefore ? 0 : 1) + (letInAfter ? 0 : 1),
        0,
        '',
      ),
    ],
    notes: ['a viewer that reads nothing may be paused: that is why the continuous stream waits for so long'],
  };
}
