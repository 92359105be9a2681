import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { makeJellyfin } from '../bench/jellyfin.mjs';
import { criterion, row } from '../bench/stats.mjs';
import { loseLocks } from './lost-locks.mjs';
import { syncOnce } from './sync-once.mjs';

const WRITER = path.join(import.meta.dirname, 'host-writer.mjs');
const LIBRARY = { films: 1500, shows: 10, episodes: 1500, media: '/media' };
/** What the server itself leaves: its journal is emptied, not removed. */
const OWN = ['jellyfin.db', 'jellyfin.db-journal'];
/** A write may wait for one short reading, not for a sync. */
const WAIT_BOUND_MS = 5000;

/**
 * A media server that writes without a pause, with either kind of journal, and its library synced over and over; and one
 * that has lost its locks.
 */
export async function soakHammer({ folder, amount }) {
  const rounds = [];
  for (const journal of ['wal', 'truncate']) rounds.push(await hammer(path.join(folder, journal), journal, amount));
  const lost = await loseLocks(path.join(folder, 'lost'));
  return {
    rows: [
      ...rounds.flatMap(({ journal, syncs, writes, longestMs }) => [
        row(`${journal}: syncs`, [syncs], ''),
        row(`${journal}: writes`, [writes], ''),
        row(`${journal}: longest write`, [longestMs], 'ms'),
      ]),
      ...lost.rows,
    ],
    criteria: [
      ...rounds.flatMap(({ journal, failures, longestMs, left }) => [
        criterion(`${journal}: syncs and writes that failed`, failures.length, 0, ''),
        criterion(`${journal}: longest write`, longestMs, WAIT_BOUND_MS, 'ms'),
        criterion(`${journal}: files left beside the database`, left, 0, ''),
      ]),
      ...lost.criteria,
    ],
  };
}

async function hammer(folder, journal, seconds) {
  const host = path.join(folder, 'host');
  await makeJellyfin(host, LIBRARY);
  const writer = fork(WRITER, [path.join(host, 'data/jellyfin.db'), journal]);
  await once(writer, 'message');
  const failures = [];
  let syncs = 0;
  for (const until = performance.now() + seconds * 1000; performance.now() < until; syncs++) {
    const said = await syncOnce(host, path.join(folder, 'data'), LIBRARY);
    if (said !== undefined) failures.push(said);
  }
  const told = once(writer, 'message');
  writer.send('stop');
  const [{ writes, longestMs, failure }] = await told;
  if (failure !== null) failures.push(failure);
  for (const said of failures) process.stderr.write(`${journal}: ${said}\n`);
  const left = (await readdir(path.join(host, 'data'))).filter((name) => !OWN.includes(name)).length;
  return { journal, syncs, writes, longestMs, failures, left };
}
