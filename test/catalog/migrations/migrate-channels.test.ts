import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { removeChannel, temporaryFolder, migrationsBefore } from '../samples.ts';

const options = { logger: silentLogger, now: () => 0 };

test('channels from before they could be changed keep all that they had, and go on with new numbers', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const before = migrationsBefore('-channels');
  const { knex, close } = await openDatabase(file, { ...options, migrations: before });
  const item = { source: 's', path: 'p', kind: 'film', title: 't', size_bytes: 1, modified_ms: 1, position: 0 };
  await knex('items').insert({ ...item, id: 'one', library_id: 'one' });
  for (const channelId of ['a', 'b', 'c']) await knex('channel_numbers').insert({ channel_id: channelId });
  const row = {
    ...{ source: 's', rate_num: 25, rate_den: 1, segment_seconds: 2, qualities: '["480p"]', tuner_quality: '480p' },
    ...{ loop_started_ms: 0, programming: '{"kind":"scheduled"}', time_zone: 'Europe/Berlin' },
  };
  await knex('channels').insert([
    { ...row, id: 'a', number: 1, name: 'ÉTÉ', content: '{"kind":"films"}', listed: true },
    { ...row, id: 'b', number: 2, name: 'été', content: '{"kind":"show","show":"été"}', listed: false },
  ]);
  const airing = {
    ...{ channel_id: 'a', start_segment: 10, stop_segment: 20, kind: 'programme', item_id: 'one', reel_start: 3 },
    ...{ block: 9, strand: 'Evening' },
  };
  await knex('airings').insert(airing);
  await knex('plan_bases').insert({
    ...{ channel_id: 'a', segment: 10 },
    ledger: '{"strands":[],"fillers":{"shown":[],"count":0,"turnStart":0},"programmes":7,"starts":[]}',
  });
  await close();

  const catalog = await openCatalog(file, options);
  try {
    const kept = { frameRate: { num: 25, den: 1 }, timeZone: 'Europe/Berlin', enabled: true, version: 1 };
    expect(await catalog.channels.listAll()).toMatchObject([
      { id: 'a', number: '1', name: 'ÉTÉ', group: 'Movies', listed: true, logo: { kind: 'generated' }, ...kept },
      { id: 'b', number: '2', name: 'été (2)', group: 'Series', listed: false, ...kept },
    ]);
    expect(await catalog.airings.all('a')).toEqual([
      {
        ...{ channelId: 'a', startSegment: 10, stopSegment: 20, kind: 'programme', itemId: 'one', reelStart: 3 },
        ...{ block: 9, strand: 'Evening' },
      },
    ]);
    expect(await catalog.airings.base('a')).toMatchObject({ segment: 10, ledger: { programmes: 7 } });
    expect([...(await catalog.channels.numbersOf(['d']))]).toEqual([['d', 4]]);
    await removeChannel(catalog, 'a');
    expect(await catalog.airings.all('a')).toEqual([]);
    expect(await catalog.airings.base('a')).toBeUndefined();
  } finally {
    await catalog.close();
  }
});
