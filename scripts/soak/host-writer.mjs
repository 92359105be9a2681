// Writes to the library of a media server without a pause, as the server does that has it open, until it is told to stop.
// One that is to lose its locks goes as in a power cut.
import { closeSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';

const [file, journal, locks = 'keeps'] = process.argv.slice(2);
const database = new sqlite3.Database(file);
const exec = promisify(database.exec.bind(database));
// As long as Jellyfin lets a command take.
database.configure('busyTimeout', 30_000);

let isStopping = false;
process.on('message', () => (isStopping = true));
process.on('disconnect', () => process.exit());

await exec(`pragma journal_mode = ${journal}; pragma synchronous = normal`);
await exec('create table if not exists written (id integer primary key); insert into written default values');
// What Jellyfin does on a first start: it copies the file, and closing that takes all its locks away.
if (locks === 'loses') closeSync(openSync(file));
process.send({ isUp: true });

let writes = 0;
let longestMs = 0;
let failure = null;
try {
  while (!isStopping) {
    const startedAt = performance.now();
    // What is read at every look: titles of films and episodes, and somebody's role.
    await exec(`begin;
      update BaseItems set Name = 'Take ${writes}' where Path is not null and rowid % 97 = ${writes % 97};
      insert into written default values;
      update PeopleBaseItemMap set Role = 'Take ${writes}' where rowid = ${1 + (writes % 1000)};
      commit`);
    writes++;
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
  if (locks !== 'loses') await promisify(database.close.bind(database))();
} catch (error) {
  failure = error.message;
}
process.send({ writes, longestMs, failure });
process.disconnect();
