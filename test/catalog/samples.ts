import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { MIGRATIONS } from '../../src/catalog/migrations/migrations.ts';
import type { Channel } from '../../src/catalog/channels/channel.ts';
import { programmingOf } from '../../src/catalog/channels/contents.ts';
import { Intake } from '../../src/catalog/library/intake.ts';
import type { CatalogItem, FileState } from '../../src/catalog/library/catalog-item.ts';
import { type SyncOptions, type SyncOutcome, syncSource } from '../../src/catalog/library/sync.ts';
import type { MediaFacts } from '../../src/ffmpeg/media-facts.ts';
import type { Airing } from '../../src/schedule/airing.ts';
import { type Collection, type LibraryItem, UNDESCRIBED } from '../../src/library/library-item.ts';
import type { LibrarySource } from '../../src/library/library-reading.ts';

/** The steps to a database as it was before one of them, which is known by the end of its name. */
export function migrationsBefore(name: string): typeof MIGRATIONS {
  return MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex((migration) => migration.name.endsWith(name)),
  );
}

export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'catalog-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Makes a channel as it is. */
export async function addChannel(catalog: Catalog, added: Channel): Promise<void> {
  await catalog.channels.edit((channels) => ({ channels: [...channels, added] }));
}

/** Removes a channel as a person does. */
export async function removeChannel(catalog: Catalog, id: string): Promise<void> {
  await catalog.channels.edit((channels) => ({ channels: channels.filter((each) => each.id !== id) }));
}

/** Plans airings of one channel, in the place of all that begins with the first of them or later. */
export async function addAirings(catalog: Catalog, airings: readonly Airing[]): Promise<void> {
  const [first] = airings;
  if (first === undefined) return;
  await catalog.airings.replaceFrom(first.channelId, { fromSegment: first.startSegment, airings });
}

/** All that the catalog knows of a source, in order. */
export async function itemsOf(catalog: Catalog, source: string): Promise<CatalogItem[]> {
  const ids = (await catalog.items.outlineOf(source)).map(({ id }) => id);
  const items = await catalog.items.byIds(ids);
  return ids.map((id) => items.get(id)).filter((item) => item !== undefined);
}

/** The places in a channel's order, each further file of an item with one of its own. */
export async function placesOf(catalog: Catalog, of: Channel): Promise<{ id: string; durationMs: number | null }[]> {
  const { programming } = of;
  if (programming.kind !== 'scheduled') return [];
  const { items } = await catalog.programmeLibrary([programming]);
  return items.flatMap(({ id, durationMs, parts }) => [{ id, durationMs }, ...parts]);
}

/** A library that holds what a test says. */
export function sourceOf(
  id: string,
  items: () => readonly LibraryItem[] | Promise<readonly LibraryItem[]>,
  collections: () => readonly Collection[] = () => [],
): LibrarySource {
  return {
    id,
    open: async () => ({
      schema: 'sample',
      async *items() {
        const all = await items();
        for (let from = 0; from < all.length; from += 500) yield all.slice(from, from + 500);
      },
      collections: async () => collections(),
      count: async () => null,
      changeMark: async () => null,
      fingerprint: async () => null,
      statesOf: async (files) => files.map(() => undefined),
      skippedRows: {},
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/** Looks through a library, files and all, as somebody would who has confirmed whatever it takes away. */
export function sync(
  catalog: Catalog,
  source: LibrarySource,
  changes: Partial<SyncOptions> = {},
): Promise<SyncOutcome> {
  return syncSource({
    ...{ catalog, source, intake: new Intake(), now: () => LATER_MS, mayShrink: true, onProgress: () => {} },
    statesOf: async () => [],
    suggestRules: async () => [],
    signal: new AbortController().signal,
    ...changes,
  });
}

/** Long after all files were written. */
const LATER_MS = 1_800_000_000_000;

/** An item whose file is there. */
type FoundItem = LibraryItem & FileState;

export function film(id: string, changes: Partial<FoundItem> = {}): FoundItem {
  return {
    ...UNDESCRIBED,
    ...{ id, source: 'folder:/films', hostId: null, path: `/films/${id}.mkv`, kind: 'film', title: id, sortTitle: id },
    ...{ show: null, season: null, episode: null, sizeBytes: 1000, modifiedMs: 1_700_000_000_000 },
    ...changes,
  };
}

export function episode(show: string, number: number, changes: Partial<FoundItem> = {}): FoundItem {
  const id = `${show} ${number}`;
  return film(id, { kind: 'episode', show, season: 1, episode: number, ...changes });
}

export function facts(changes: Partial<MediaFacts> = {}): MediaFacts {
  return {
    ...{ durationMs: 120_000, frameRate: { num: 25, den: 1 }, variableFrameRate: false, videoCodec: 'h264' },
    ...{ width: 640, height: 360, sampleAspect: { num: 1, den: 1 }, displayAspect: { num: 16, den: 9 } },
    ...{ fieldOrder: 'progressive', colourMatrix: 'bt709', hdr: false, seekable: true, soundTracks: [] },
    ...changes,
  };
}

export function channel(id: string, number: number, changes: Partial<Channel> = {}): Channel {
  return {
    ...{ id, number: String(number), name: `Channel ${id}`, group: '', description: '', logo: { kind: 'generated' } },
    origin: { kind: 'found', source: 'folder:/films', content: { kind: 'films' } },
    ...{ enabled: true, listed: true, version: 1 },
    ...{ frameRate: { num: 25, den: 1 }, segmentSeconds: 2, qualities: ['1080p', '480p'], tunerQuality: '480p' },
    programming: programmingOf('folder:/films', { kind: 'films' }),
    timeZone: null,
    ...changes,
  };
}
