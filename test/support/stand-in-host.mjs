// Stands in for a media server: keeps its database open, and writes to it when it is told to.
import { closeSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';

const [file, journal = 'wal', locking = 'normal'] = process.argv.slice(2);
const database = new sqlite3.Database(file);
const exec = promisify(database.exec.bind(database));
const all = promisify(database.all.bind(database));
database.configure('busyTimeout', 30_000);
let hammering = Promise.resolve();
let isHammering = false;
let written = 0;

const commands = {
  async write(count) {
    for (let row = 0; row < count; row++) await exec('insert into written default values');
    written += count;
    return written;
  },
  change: (sql) => exec(`begin; ${sql}; commit`),
  ask: (sql) => all(sql),
  /** What Jellyfin does on a first start: it copies the file, and closing that takes all its locks away. */
  loseLocks() {
    closeSync(openSync(file));
  },
  hammer() {
    isHammering = true;
    hammering = (async () => {
      // As a library scan does: several rows at a time, and now and then everything is put into the file.
      while (isHammering) {
        await exec('begin; insert into written default values; insert into written default values; commit');
        written += 2;
      }
    })();
  },
  async rest() {
    isHammering = false;
    await hammering;
    return written;
  },
  /** Begins a transaction that is too large for memory: it is in the file and in the journal, and not done. */
  async begin() {
    await exec(`pragma cache_size = 5; begin; insert into written (filler) with recursive n (i) as
      (select 1 union all select i + 1 from n where i < 200) select randomblob(3000) from n`);
  },
  async rows() {
    const [{ rows }] = await all('select count(*) as rows from written');
    return rows;
  },
  async close() {
    await promisify(database.close.bind(database))();
  },
};

process.on('message', async ({ id, command, value }) => {
  try {
    process.send({ id, result: await commands[command](value) });
  } catch (error) {
    process.send({ id, failure: error.message });
  }
});
process.on('disconnect', () => process.exit());
await exec(`pragma locking_mode = ${locking}; pragma journal_mode = ${journal}; pragma synchronous = normal`);
await exec('create table if not exists written (id integer primary key, filler blob)');
process.send({ id: 0 });
