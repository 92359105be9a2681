import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import createKnex, { type Knex } from 'knex';

const fixtures = path.join(import.meta.dirname, '../fixtures/hosts');

/** A folder in the machine's own, gone with the block that it is used in. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hosts-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Unpacks the database that a real server has written, such as `jellyfin-12.0-livetv`. */
export async function unpack(fixture: string, file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, gunzipSync(readFileSync(path.join(fixtures, `${fixture}.db.gz`))));
  return file;
}

/** What the REST API of a server has answered, by its version. */
export function expectedOf(version: string): unknown {
  const { versions }: { versions: Record<string, unknown> } = JSON.parse(
    readFileSync(path.join(fixtures, 'expected.json'), 'utf8'),
  );
  return versions[version];
}

/** Makes a database of a test's own with the tables of a schema, such as `plex-library`, and what `fill` puts in. */
export async function build(schema: string, file: string, fill: (knex: Knex) => Promise<void>): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const knex = createKnex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
  try {
    await knex.raw('pragma synchronous = off');
    const tables = readFileSync(path.join(fixtures, `${schema}.sql`), 'utf8').replaceAll(/--.*$/gm, '');
    for (const statement of tables.split(/;\s*$/m)) if (statement.trim() !== '') await knex.raw(statement);
    await fill(knex);
  } finally {
    await knex.destroy();
  }
  return file;
}
