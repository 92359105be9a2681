import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import { detailsText } from '../../../src/catalog/library/description.ts';
import { UNDESCRIBED } from '../../../src/library/library-item.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { temporaryFolder, migrationsBefore } from '../samples.ts';

const options = { logger: silentLogger, now: () => 0 };

test('what is told of items moves to a table of its own with the next version, and guides still hear of changes', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const before = migrationsBefore('011-item-details');
  const { knex, close } = await openDatabase(file, { ...options, migrations: before });
  const item = { source: 's', kind: 'film', title: 't', size_bytes: 1, modified_ms: 1, position: 0 };
  const details = detailsText({ ...UNDESCRIBED, overview: `Zoë's “night” 🎬`, genres: ['Drama'] });
  await knex('items').insert([
    { ...item, id: 'told', library_id: 'told', path: '1', year: 1999, details },
    { ...item, id: 'untold', library_id: 'untold', path: '2', details: null },
  ]);
  await close();

  const database = await openDatabase(file, options);
  const columns: { name: string }[] = await database.knex.raw(`select name from pragma_table_info('items')`);
  expect(columns.map(({ name }) => name)).not.toContain('details');
  await database.close();
  const catalog = await openCatalog(file, options);
  try {
    const page = await catalog.libraryReader.items({ sort: 'title', isDescending: false, limit: 9 });
    expect(page.items.map(({ id, description }) => ({ id, description }))).toEqual([
      { id: 'told', description: { ...UNDESCRIBED, overview: `Zoë's “night” 🎬`, genres: ['Drama'], year: 1999 } },
      { id: 'untold', description: UNDESCRIBED },
    ]);
    expect((await catalog.items.describe(['told', 'untold'])).get('told')?.genres).toEqual(['Drama']);
    const revision = await catalog.guide.revision();
    const state = { id: 'told', sizeBytes: 1, modifiedMs: 1 };
    await catalog.items.setProblem(state, 'it has no picture');
    expect(await catalog.guide.revision()).not.toBe(revision);
  } finally {
    await catalog.close();
  }
});
