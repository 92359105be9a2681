import { fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { makeJellyfin } from '../bench/jellyfin.mjs';
import { criterion, row } from '../bench/stats.mjs';
import { syncOnce } from './sync-once.mjs';

const WRITER = path.join(import.meta.dirname, 'host-writer.mjs');
const LIBRARY = { films: 100, shows: 2, episodes: 100, media: '/media' };
const SYNCS = 200;

/**
 * A media server that has lost its locks on its database, as Jellyfin does on a first start: whoever opens that to write
 * takes its WAL away when closing it, and with it all that the server writes from then on. Its library is synced two
 * hundred times while it writes, and then it starts anew after a power cut.
 */
export async function loseLocks(folder) {
  const host = path.join(folder, 'host');
  const file = path.join(host, 'data/jellyfin.db');
  await makeJellyfin(host, LIBRARY);
  const writer = fork(WRITER, [file, 'wal', 'loses']);
  await once(writer, 'message');
  const before = await inodesOf(file);
  let failed = 0;
  let replaced = 0;
  for (let time = 1; time <= SYNCS; time++) {
    const said = await syncOnce(host, path.join(folder, 'data'), LIBRARY);
    if (said !== undefined) process.stderr.write(`lost locks: ${said}\n`);
    if (said !== undefined) failed++;
    if ((await inodesOf(file)) !== before) replaced++;
  }
  const told = once(writer, 'message');
  const ended = once(writer, 'exit');
  writer.send('stop');
  const [{ writes, failure }] = await told;
  await ended;
  if (failure !== null) process.stderr.write(`lost locks: ${failure}\n`);
  const lost = 1 + writes - (await rowsAfterRestart(file));
  return {
    rows: [row('lost locks: syncs', [SYNCS], ''), row('lost locks: writes', [writes], '')],
    criteria: [
      criterion('lost locks: syncs and writes that failed', failed + (failure === null ? 0 : 1), 0, ''),
      criterion('lost locks: syncs after which the WAL was another', replaced, 0, ''),
      criterion('lost locks: writes lost after the restart', lost, 0, ''),
    ],
  };
}

/** The files as the server holds them: others under their names would be strangers to it. */
async function inodesOf(file) {
  const marks = await Promise.all(['', '-wal', '-shm'].map((suffix) => stat(file + suffix).catch(() => undefined)));
  return marks.map((mark) => mark?.ino ?? 'none').join(' ');
}

/** What the server finds when it opens its database again. */
async function rowsAfterRestart(file) {
  const database = new sqlite3.Database(file);
  const [{ rows }] = await promisify(database.all.bind(database))('select count(*) as rows from written');
  await promisify(database.close.bind(database))();
  return rows;
}
