import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { migrationsBefore, temporaryFolder } from '../samples.ts';

const options = { logger: silentLogger, now: () => 0 };
const OLD = {
  ...{ durationMs: 5005, framesPerSecond: 25, width: 720, height: 576, displayAspect: (720 / 576) * (64 / 45) },
  ...{ videoCodec: 'h264', interlaced: false, colourMatrix: 'bt601', hdr: false, seekable: true, soundTracks: [] },
};
const { framesPerSecond: _rate, displayAspect: _aspect, interlaced: _fields, ...SAME } = OLD;

test('what earlier versions have found in files stays, as exact fractions, until they are looked into again', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const { knex, close } = await openDatabase(file, { ...options, migrations: migrationsBefore('014-exact-facts') });
  const old: Record<string, string | null> = {
    anamorphic: JSON.stringify(OLD),
    film: JSON.stringify({ ...OLD, framesPerSecond: 24000 / 1001, width: 1920, height: 800, displayAspect: 2.4 }),
    fields: JSON.stringify({ ...OLD, interlaced: true }),
    phone: JSON.stringify({
      ...OLD,
      framesPerSecond: 5394 / 181,
      width: 1920,
      height: 1080,
      displayAspect: 1080 / 1920,
    }),
    unknown: null,
    unreadable: JSON.stringify({ durationMs: 7 }),
  };
  const item = { source: 's', kind: 'film', title: 't', size_bytes: 1, modified_ms: 1 };
  await knex('items').insert(
    Object.entries(old).map(([id, facts], position) => ({ ...item, id, library_id: id, path: id, position, facts })),
  );
  await close();

  const catalog = await openCatalog(file, options);
  try {
    const outlines = new Map((await catalog.items.outlineOf('s')).map((outline) => [outline.id, outline]));
    const items = await catalog.items.byIds(Object.keys(old));
    const factsOf = (id: string) => items.get(id)?.facts;
    const square = { num: 1, den: 1 };
    expect(factsOf('anamorphic')).toEqual({
      ...{ ...SAME, frameRate: { num: 25, den: 1 }, variableFrameRate: false, fieldOrder: 'progressive' },
      ...{ sampleAspect: { num: 64, den: 45 }, displayAspect: { num: 16, den: 9 } },
    });
    expect(factsOf('film')).toMatchObject({
      ...{ frameRate: { num: 24000, den: 1001 }, sampleAspect: square, displayAspect: { num: 12, den: 5 } },
    });
    expect(factsOf('fields')).toMatchObject({ fieldOrder: 'tt' });
    expect(factsOf('phone')).toMatchObject({
      ...{ frameRate: { num: 5394, den: 181 }, sampleAspect: square, displayAspect: { num: 9, den: 16 } },
    });
    expect([factsOf('unknown'), factsOf('unreadable')]).toEqual([null, null]);
    expect(outlines.get('film')).toMatchObject({ isStale: true, pace: { durationMs: 5005 } });
    expect(outlines.get('unreadable')).toMatchObject({ pace: null });
    const state = { id: 'film', path: 'film', sizeBytes: 1, modifiedMs: 1 };
    await catalog.items.setFacts(state, state, factsOf('film')!);
    const [first] = (await catalog.items.outlineOf('s')).filter(({ id }) => id === 'film');
    expect(first).toMatchObject({ isStale: false, pace: { frameRate: { num: 24000, den: 1001 } } });
  } finally {
    await catalog.close();
  }
});
