import path from 'node:path';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Channel } from '../../../src/catalog/channels/channel.ts';
import { withCopy, withNew } from '../../../src/catalog/channels/channel-changes.ts';
import { withSeed } from '../../../src/catalog/channels/channel-seed.ts';
import { lineUpDocument } from '../../../src/catalog/channels/channel-input.ts';
import { nameKey, uniqueName } from '../../../src/catalog/channels/channel-name.ts';
import { contentsOf, programmingOf } from '../../../src/catalog/channels/contents.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import type { ItemOutline } from '../../../src/catalog/library/item-outlines.ts';
import type { LibraryCensus } from '../../../src/catalog/library/library-census.ts';
import { documentOf, withImported } from '../../../src/catalog/line-up/line-up-document.ts';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { suggestChannels } from '../../../src/catalog/line-up/suggest.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { addChannel, channel, temporaryFolder, migrationsBefore } from '../samples.ts';

const RATE = { num: 25, den: 1 };
const DEFAULTS = { segmentSeconds: 2, qualities: ['480p'], tunerQuality: '480p' } as const;
const PROGRAMMING = JSON.stringify(programmingOf('folder:/tv', { kind: 'films' }));
const LOTS = { items: 100, hours: 100 };

const odd = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }),
  fc.constantFrom(
    ' Outer ',
    'Outer',
    'OUTER',
    '\u202eRTL \u0590',
    '👩‍👩‍👧‍👦'.repeat(30),
    'Tab\there',
    '\u0000',
    '- a: [b]',
    '~',
    '1e3',
  ),
  fc.constantFrom('x'.repeat(100), `${'x'.repeat(99)}🎬`, 'x'.repeat(600), `${'x'.repeat(100)}y`),
);

/** Channels as the libraries make them, each a second time, and those that are suggested besides. */
function channelsOf(shows: readonly string[]): readonly Channel[] {
  const items = shows.map((show, index): ItemOutline => ({
    ...{ id: `${index}`, source: 'folder:/tv', path: `/${index}`, show, sizeBytes: 1, modifiedMs: 1, missing: false },
    ...{ gone: false, hasVersions: false, pace: null, isStale: false, hostPace: null },
  }));
  const found = contentsOf(items).reduce<Channel[]>((all, { channelId, name, source, content }, index) => {
    const origin = { kind: 'found', source, content } as const;
    const called = uniqueName(name, new Set(all.map((each) => nameKey(each.name))));
    const programming = withSeed(programmingOf(source, content), channelId);
    return [...all, channel(channelId, index + 1, { name: called, origin, programming, qualities: ['480p'] })];
  }, []);
  const twice = found.reduce((all, { id }) => withCopy(all, id, {}, new Set()), found);
  const named = shows.map((name) => ({ name, ...LOTS }));
  const census: LibraryCensus = {
    ...{ genres: named, decades: [], shows: named, films: LOTS },
    kids: { genre: shows, certificate: [], ...LOTS },
  };
  const suggested = suggestChannels(
    census,
    twice.map(({ name }) => name),
  );
  const inputs = suggested.map((input) => ({ input, frameRate: RATE }));
  return withNew(twice, inputs, { ...DEFAULTS, qualities: ['480p'] }, new Set());
}

test('whatever things in a library are called, the channels made of them are read again as they are', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(odd, { minLength: 1, maxLength: 4 }), async (shows) => {
      const channels = channelsOf(shows);
      const document = documentOf(channels, new Map());
      for (const read of [JSON.parse(JSON.stringify(document)), parse(stringify(document))]) {
        expect(read).toEqual(document);
        const { data, error } = lineUpDocument.safeParse(read);
        expect(error).toBeUndefined();
        const change = await withImported(data!, {
          ...{ rates: channels.map(() => RATE), kept: new Map(), replace: true },
          defaults: { ...DEFAULTS, qualities: ['480p'] },
          pictureAt: async () => Buffer.of(),
        });
        expect(change(channels, new Set()).channels).toEqual(channels);
      }
      expect(new Set(channels.map(({ name }) => nameKey(name))).size).toBe(channels.length);
      count += channels.length;
    }),
    { numRuns: 400, seed: 20260603, endOnFailure: true },
  );
  expect(count).toBeGreaterThan(2000);
});

test('channels that were named otherwise by an earlier Sidecast get names that can be read again', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const options = { logger: silentLogger, now: () => 0 };
  const migrations = migrationsBefore('010-channel-names');
  const { knex, close } = await openDatabase(file, { ...options, migrations });
  const rest = { rate_num: 25, rate_den: 1, segment_seconds: 2, qualities: '["480p"]', programming: PROGRAMMING };
  const names = ['Fine', ' Outer ', 'x'.repeat(130), `${'x'.repeat(130)}y`, 'x'.repeat(100)];
  for (const [index, name] of names.entries()) {
    const key = nameKey(name);
    const place = { id: `${index}`, number: `${index + 1}`, name, name_key: key, tuner_quality: '480p', listed: true };
    await knex('channels').insert({ ...rest, ...place, group: '', description: '', enabled: true, version: 1 });
  }
  await close();
  const catalog = await openCatalog(file, options);
  try {
    const channels = await catalog.channels.listAll();
    expect(channels.map(({ name }) => name)).toEqual([
      ...['Fine', 'Outer', `${'x'.repeat(96)} (2)`, `${'x'.repeat(96)} (3)`, 'x'.repeat(100)],
    ]);
    expect(lineUpDocument.safeParse(documentOf(channels, new Map())).success).toBe(true);
    await expect(addChannel(catalog, channel('again', 9, { name: 'OUTER' }))).rejects.toMatchObject({
      code: 'channel_name_taken',
    });
  } finally {
    await catalog.close();
  }
});
