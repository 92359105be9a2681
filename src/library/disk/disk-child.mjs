// A process of its own: a file system that hangs, as network shares do, keeps nobody else waiting, and this one is
// killed. Files are read by few threads; one that waits for such a file system cannot even exit.
import { createHash } from 'node:crypto';
import { copyFile, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Files looked at side by side: a disk on the network answers slowly. */
const AT_ONCE = 32;
/** How long files may take before it is told which of them is waited for. */
const LONG_MS = 5000;
/** How often a sign of life is given. */
const SIGN_MS = 1000;
/** How long SQLite itself waits for a lock that the host holds. */
const BUSY_MS = 1000;
/** Rows that are hashed together, and how long a database is read for that in one go. */
const HASHED_ROWS = 1000;
const HASHING_MS = 200;

/** @typedef {(waitsFor?: string) => void} Alive Says that work goes on, or which file it waits for. */

const TASKS = {
  ...{ list, states, marks, kind, realpath: (/** @type {string} */ file) => realpath(file), head, contents, copy },
  ...{ connect, query, digest, disconnect },
};

process.on('message', (/** @type {{ id: number, task: keyof typeof TASKS, given: never }} */ { id, task, given }) => {
  const alive = (/** @type {string | undefined} */ waitsFor) => process.send?.({ id, isAlive: true, waitsFor });
  TASKS[task](given, alive).then(
    (result) => process.send?.({ id, result }),
    (/** @type {NodeJS.ErrnoException} */ { message, code }) => process.send?.({ id, problem: { message, code } }),
  );
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.send?.({ id: 0, isAlive: true });

/** @param {string} directory @param {Alive} alive */
async function list(directory, alive) {
  const real = await realpath(directory);
  const names = await readdir(directory);
  const stats = await statsOf(
    names.map((name) => path.join(directory, name)),
    alive,
  );
  const entries = stats.flatMap((found, index) => {
    const name = names[index];
    if (found === undefined || name === undefined) return [];
    return { name, kind: kindOf(found), sizeBytes: found.size, modifiedMs: Math.round(found.mtimeMs) };
  });
  return { real, entries };
}

/** @param {readonly string[]} files @param {Alive} alive */
async function states(files, alive) {
  const stats = await statsOf(files, alive);
  return stats.map((found) => found && { sizeBytes: found.size, modifiedMs: Math.round(found.mtimeMs) });
}

/** Undefined for a file that is not there, or may not be looked at. @param {readonly string[]} files @param {Alive} alive */
async function statsOf(files, alive) {
  const found = [];
  let lastSignMs = performance.now();
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const batch = files.slice(from, from + AT_ONCE);
    const waiting = new Set(batch);
    const long = setTimeout(() => alive([...waiting][0]), LONG_MS);
    found.push(
      ...(await Promise.all(
        batch.map(async (file) => {
          const answer = await stat(file).catch(() => undefined);
          waiting.delete(file);
          return answer;
        }),
      )),
    );
    clearTimeout(long);
    // Large folders take their time.
    if (performance.now() - lastSignMs > SIGN_MS) {
      lastSignMs = performance.now();
      alive();
    }
  }
  return found;
}

/** The first one must be there; undefined for others that are not. @param {readonly string[]} files */
async function marks(files) {
  return Promise.all(
    files.map(async (file, index) => {
      try {
        const { ino, size, mtimeNs } = await stat(file, { bigint: true });
        return { inode: ino, sizeBytes: size, modifiedNs: mtimeNs };
      } catch (error) {
        if (index > 0 && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    }),
  );
}

/** @param {string} file */
async function kind(file) {
  return kindOf(await stat(file));
}

/** @param {import('node:fs').Stats} stats @returns {'folder' | 'file' | 'other'} */
function kindOf(stats) {
  return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
}

/** The first bytes. @param {{ file: string, bytes: number }} given */
async function head({ file, bytes }) {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return [...buffer.subarray(0, bytesRead)];
  } finally {
    await handle.close();
  }
}

/** Undefined for what is larger. @param {{ file: string, mostBytes: number }} given */
async function contents({ file, mostBytes }) {
  return (await stat(file)).size > mostBytes ? undefined : readFile(file);
}

/** @param {{ from: string, to: string }} given */
async function copy({ from, to }) {
  await copyFile(from, to);
}

/** @type {Map<number, import('sqlite3').Database>} */
const connections = new Map();
let connected = 0;

/** Opens a database by its URI; only a copy of ours may be written. @param {{ uri: string, isCopy: boolean }} given */
async function connect({ uri, isCopy }) {
  // Large, and many come only to list folders.
  const { default: sqlite3 } = await import('sqlite3');
  const flags = (isCopy ? sqlite3.OPEN_READWRITE : sqlite3.OPEN_READONLY) | sqlite3.OPEN_URI;
  /** @type {import('sqlite3').Database} */
  const database = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(uri, flags, (error) => (error ? reject(error) : resolve(opened)));
  });
  database.configure('busyTimeout', BUSY_MS);
  connections.set(++connected, database);
  return connected;
}

/** @param {{ connection: number, sql: string, bindings: unknown[] }} given @returns {Promise<unknown[]>} */
function query({ connection, sql, bindings }) {
  return new Promise((resolve, reject) => {
    connections.get(connection)?.all(sql, bindings, (error, rows) => (error ? reject(error) : resolve(rows)));
  });
}

/**
 * Goes on hashing what statements give, each from row to row, for a while; `statement` is the one that comes next then.
 * @typedef {{ statement: number, row: number, hash: string }} Hashed
 * @param {{ connection: number, statements: string[], from: Hashed }} given @returns {Promise<Hashed>}
 */
async function digest({ connection, statements, from }) {
  let { statement, row, hash } = from;
  for (const until = performance.now() + HASHING_MS; statement < statements.length && performance.now() < until;) {
    const sql = statements[statement] ?? '';
    const [found] = await query({ connection, sql, bindings: [row, HASHED_ROWS] });
    if (isHashable(found)) {
      row = found.last;
      hash = createHash('sha256').update(`${hash}\n${statement}\n${found.text}`).digest('base64');
    } else {
      statement++;
      row = Number.MIN_SAFE_INTEGER;
    }
  }
  return { statement, row, hash };
}

/** False where there are no more rows. @param {unknown} found @returns {found is { last: number, text: string }} */
function isHashable(found) {
  return typeof found === 'object' && found !== null && 'last' in found && typeof found.last === 'number';
}

/** @param {number} connection @returns {Promise<void>} */
async function disconnect(connection) {
  const database = connections.get(connection);
  connections.delete(connection);
  await new Promise((resolve, reject) => database?.close((error) => (error ? reject(error) : resolve(undefined))));
}
