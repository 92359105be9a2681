import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { episode, migrationsBefore, sourceOf, sync, temporaryFolder } from '../samples.ts';

const HOST = 'plex:/data';
const options = { logger: silentLogger, now: () => 0 };

test('hosts of before are read anew, which tells the years of their shows, and folders are not', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const { knex, close } = await openDatabase(file, { ...options, migrations: migrationsBefore('017-show-years') });
  await knex('sources').insert([HOST, 'folder:/films'].map((id) => ({ id, fingerprint: 'same' })));
  await close();
  const catalog = await openCatalog(file, options);
  try {
    expect(await catalog.library.stateOf(HOST)).toMatchObject({ fingerprint: null });
    expect(await catalog.library.stateOf('folder:/films')).toMatchObject({ fingerprint: 'same' });
    const told = episode('Twice Told', 1, { source: HOST });
    for (const showYear of [null, 1978]) {
      await sync(
        catalog,
        sourceOf(HOST, () => [{ ...told, showYear }]),
      );
      expect(await catalog.libraryReader.shows({}, 10)).toMatchObject([{ show: 'Twice Told', year: showYear }]);
    }
  } finally {
    await catalog.close();
  }
});
