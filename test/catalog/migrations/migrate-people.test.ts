import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { temporaryFolder, migrationsBefore } from '../samples.ts';

const options = { logger: silentLogger, now: () => 0 };

test('people of items from before they had an index are found without another sync', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const before = migrationsBefore('009-people-index');
  const { knex, close } = await openDatabase(file, { ...options, migrations: before });
  const item = { source: 's', kind: 'film', title: 't', size_bytes: 1, modified_ms: 1, position: 0 };
  const peopled = (...names: string[]) => JSON.stringify({ people: names.map((name) => ({ name, role: null })) });
  await knex('items').insert([
    { ...item, id: 'one', library_id: 'one', path: '1', details: peopled('Zoë "Z" O\'Hara', '50% \\_Off') },
    { ...item, id: 'two', library_id: 'two', path: '2', details: peopled('Zoë') },
    { ...item, id: 'three', library_id: 'three', path: '3', details: null },
  ]);
  await close();

  const { knex: after, close: closeAgain } = await openDatabase(file, options);
  expect(await after('items').select('id', 'people').orderBy('id')).toEqual([
    { id: 'one', people: `\nzoe "z" o'hara\n50% \\_off\n` },
    { id: 'three', people: '' },
    { id: 'two', people: '\nzoe\n' },
  ]);
  // What cannot be read as a description is of no matter here.
  await after('item_details').delete();
  await closeAgain();
  const catalog = await openCatalog(file, options);
  const foundBy = async (person: string) => {
    const page = await catalog.libraryReader.items({ person, sort: 'title', isDescending: false, limit: 9 });
    return page.items.map(({ id }) => id);
  };
  try {
    expect(await foundBy(`Zoë "Z" O'Hara`)).toEqual(['one']);
    expect(await foundBy('50% \\_Off')).toEqual(['one']);
    expect(await foundBy('Zoë')).toEqual(['two']);
    expect(await foundBy('50_ \\_Off')).toEqual([]);
  } finally {
    await catalog.close();
  }
});
