import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { watchTS } from './client.mjs';
import { end, start } from './cleanup.mjs';
import { tsUrl } from './player.mjs';
import { childrenOf, ioCalls, ownSeconds, residentMB } from './proc.mjs';
import { freshFolders, json, quiet, removeFolders, startSidecar, untilDeveloped } from './sidecar.mjs';
import { criterion, row } from './stats.mjs';

const MEMORY_BOUND_MB = 120;
const WATCHED_SECONDS = 20;
/** Memory is given back a moment after the last stream. */
const SETTLE_MS = 5000;
/** The connections that read the database for viewers close half a minute after their last use; this is more. */
const READERS_LIMIT_MS = 60_000;
/** Developed before the viewer leaves. */
const SEGMENTS = 8;
/** Soon enough that the sweep after the last viewer, too, lies within what is watched. */
const HURRIED = { SIDECAST_GRACE_PERIOD_SECONDS: '1', SIDECAST_CLEANUP_INTERVAL_SECONDS: '5' };

/** Nobody watches: memory, processes and the disk, after the start and after a stream has ended by itself. */
export async function measureIdle({ films, folder }) {
  const folders = await freshFolders();
  const sidecar = await startSidecar({ library: films.long.library, folders, env: HURRIED });
  const { pid } = sidecar;
  const afterStartMB = await residentMB(pid);
  const viewer = await watchTS(tsUrl(sidecar));
  await untilDeveloped(sidecar, SEGMENTS);
  const onAirMB = await residentMB(pid);
  viewer.stop();
  while ((await json(sidecar, '/api/streams')).length > 0) await delay(250);
  await quiet(sidecar);
  await delay(SETTLE_MS);
  const afterStreamMB = await residentMB(pid);
  await untilReadersClosed(pid, path.join(folders.data, 'sidecast.db-wal'));
  const cpuBefore = await ownSeconds(pid);
  const disk = await watchDisk(pid, path.join(folder, 'trace'));
  const cpuMs = ((await ownSeconds(pid)) - cpuBefore) * 1000;
  const { length: children } = await childrenOf(pid);
  await sidecar.stop();
  await removeFolders(folders);
  return {
    rows: [
      row('memory after the start', [afterStartMB], 'MB'),
      row('memory with one viewer on air', [onAirMB], 'MB'),
      row('memory after the stream has ended', [afterStreamMB], 'MB'),
      row(`processor time in ${WATCHED_SECONDS} s, nobody watching`, [cpuMs], 'ms CPU'),
    ],
    criteria: [
      criterion('memory after the start', afterStartMB, MEMORY_BOUND_MB, 'MB'),
      criterion('memory after the stream has ended', afterStreamMB, MEMORY_BOUND_MB, 'MB'),
      criterion('child processes, nobody watching', children, 0, ''),
      criterion(`disk accesses in ${WATCHED_SECONDS} s, nobody watching`, disk.accesses.length, 0, ''),
    ],
    notes: [disk.how, ...disk.accesses.slice(0, 5)],
  };
}

/**
 * Resolves when one connection is left, which is kept; what comes after that is not the rest of an earlier use. Each has
 * the journal open; the database itself stays open for all of them.
 */
async function untilReadersClosed(pid, journal) {
  const deadline = performance.now() + READERS_LIMIT_MS;
  while ((await descriptorsOf(pid, journal)) > 1) {
    if (performance.now() > deadline) throw new Error(`connections with ${journal} stay open though nobody watches`);
    await delay(500);
  }
}

async function descriptorsOf(pid, file) {
  const folder = `/proc/${pid}/fd`;
  const targets = (await readdir(folder)).map((name) => readlink(path.join(folder, name)).catch(() => ''));
  return (await Promise.all(targets)).filter((target) => target === file).length;
}

/** What the process has to do with files meanwhile: each system call, or where strace is missing, whether any. */
async function watchDisk(pid, traceFile) {
  const calls = '%file,read,write,readv,writev,pread64,pwrite64,preadv,pwritev,getdents64,fsync,fdatasync,ftruncate';
  const before = await ioCalls(pid);
  const strace = start('strace', ['-f', '-y', '-qq', '-o', traceFile, '-e', `trace=${calls}`, '-p', String(pid)]);
  const isMissing = await Promise.race([
    new Promise((resolve) => strace.once('error', () => resolve(true))),
    new Promise((resolve) => strace.once('exit', () => resolve(true))),
    delay(WATCHED_SECONDS * 1000).then(() => false),
  ]);
  if (!isMissing) {
    await end(strace);
    const lines = (await readFile(traceFile, 'utf8')).split('\n');
    return { accesses: lines.filter(isOnFile), how: 'disk: seen by strace' };
  }
  await delay(WATCHED_SECONDS * 1000);
  const after = await ioCalls(pid);
  const moved = Object.keys(after).filter((name) => name.startsWith('bytes') && after[name] !== before[name]);
  return { accesses: moved, how: 'disk: from /proc, since strace does not run here; with it every access is seen' };
}

/** A call with a path, or on an open file: not one on a pipe, a socket or an event. */
function isOnFile(line) {
  const isFinished = /\) += /.test(line) || line.includes('<unfinished');
  return isFinished && /\((?:\d+<\/(?!dev\/|proc\/)|AT_FDCWD|")/.test(line);
}
