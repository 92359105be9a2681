import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { programmingOf } from '../../../src/catalog/channels/contents.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { temporaryFolder, migrationsBefore } from '../samples.ts';

const options = { logger: silentLogger, now: () => 0 };

test('channels from before programming loop through what they showed, and their airings stay', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const before = migrationsBefore('-programming');
  const { knex, close } = await openDatabase(file, { ...options, migrations: before });
  const item = { source: 's', path: 'p', kind: 'episode', title: 't', size_bytes: 1, modified_ms: 1, position: 0 };
  await knex('items').insert([
    { ...item, id: 'one', library_id: 'one', part: 1, part_of: null },
    { ...item, id: 'one, part 2', library_id: 'two', part_of: 'one', part: 2 },
  ]);
  await knex('channel_numbers').insert({ channel_id: 'a' });
  const content = { kind: 'show', show: "The 'Show'" } as const;
  await knex('channels').insert({
    ...{ id: 'a', number: 1, name: 'Show', source: 's', content: JSON.stringify(content), rate_num: 25, rate_den: 1 },
    ...{ segment_seconds: 2, qualities: '["480p"]', tuner_quality: '480p', loop_started_ms: 0 },
  });
  const place = { channel_id: 'a', reel_start: 0 };
  await knex('airings').insert([
    { ...place, start_segment: 10, stop_segment: 20, item_id: 'one' },
    { ...place, start_segment: 20, stop_segment: 25, item_id: 'one, part 2' },
    { ...place, start_segment: 25, stop_segment: 35, item_id: 'one' },
  ]);
  await close();
  const catalog = await openCatalog(file, options);
  try {
    const origin = { kind: 'found', source: 's', content };
    expect(await catalog.channels.list()).toMatchObject([
      { id: 'a', number: '1', origin, programming: programmingOf('s', content), timeZone: null },
    ]);
    const programme = { channelId: 'a', kind: 'programme', strand: '', reelStart: 0 };
    expect(await catalog.airings.all('a')).toEqual([
      { ...programme, startSegment: 10, stopSegment: 20, block: 10, itemId: 'one' },
      { ...programme, startSegment: 20, stopSegment: 25, block: 10, itemId: 'one, part 2' },
      { ...programme, startSegment: 25, stopSegment: 35, block: 25, itemId: 'one' },
    ]);
  } finally {
    await catalog.close();
  }
});
