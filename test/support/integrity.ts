import createKnex from 'knex';

/** What SQLite says of a database of which nothing may be torn. */
export async function integrityOf(filename: string): Promise<unknown> {
  const knex = createKnex({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true });
  try {
    return await knex.raw('pragma integrity_check');
  } finally {
    await knex.destroy();
  }
}
