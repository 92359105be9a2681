// Takes in a library that never ends, until it is killed: one dot for each batch that was taken in.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [built, file] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(built, name)).href);
const { openCatalog } = await load('catalog/catalog.js');
const { Intake } = await load('catalog/intake.js');
const { syncSource } = await load('catalog/sync.js');
const { UNDESCRIBED } = await load('library/library-item.js');
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
  suggestRule: async () => undefined,
  mayShrink: false,
  onProgress: () => process.stdout.write('.'),
  signal: new AbortController().signal,
});
