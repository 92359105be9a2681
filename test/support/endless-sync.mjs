// Takes in a library that never ends, until it is killed: one dot for each batch that was taken in.
import { openCatalog } from '../../src/catalog/catalog.ts';
import { Intake } from '../../src/catalog/library/intake.ts';
import { syncSource } from '../../src/catalog/library/sync.ts';
import { UNDESCRIBED } from '../../src/library/library-item.ts';

const [file] = process.argv.slice(2);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const SOURCE = 'folder:/films';

function film(number) {
  const id = `film ${number}`;
  return {
    ...UNDESCRIBED,
    ...{ id, source: SOURCE, hostId: null, path: `/films/${id}.mkv`, kind: 'film', title: id, sortTitle: id },
    ...{ show: null, season: null, episode: null, sizeBytes: 1000, modifiedMs: 1_700_000_000_000 },
  };
}

async function open() {
  return {
    schema: 'sample',
    skippedRows: {},
    collections: async () => [],
    count: async () => null,
    changeMark: async () => null,
    fingerprint: async () => null,
    statesOf: async (files) => files.map(() => undefined),
    async *items() {
      for (let from = 0; ; from += 500) yield Array.from({ length: 500 }, (_, index) => film(from + index));
    },
    async [Symbol.asyncDispose]() {},
  };
}

await syncSource({
  catalog: await openCatalog(file, { logger, now: () => 0 }),
  source: { id: SOURCE, open },
  intake: new Intake(),
  now: () => 1_800_000_000_000,
  statesOf: async () => [],
  suggestRules: async () => [],
  mayShrink: false,
  onProgress: () => process.stdout.write('.'),
  signal: new AbortController().signal,
});
