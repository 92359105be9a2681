import { hash } from 'node:crypto';
import { v5 as uuidOf } from 'uuid';
import type { FileOnDisk } from '../../library/disk/file-states.ts';
import type { LibraryItem } from '../../library/library-item.ts';
import { folded } from '../../shared/folded.ts';
import { detailsText } from './description.ts';
import { linesOf } from './item-query.ts';

/** Never changes: ids of further parts are made in it. */
const NAMESPACE = '3f6c2a84-9b1e-5d27-8f60-51d2c7e4ab19';

/** The position of what is new until it has its place: behind all others. */
export const UNPLACED = 2 ** 31;

/** A file as it is to be aired, with its state; that is undefined where it is not there. */
export interface FoundFile {
  readonly path: string;
  readonly state: FileOnDisk | undefined;
}

/** An item together with its files on this machine: the version that was chosen, and further parts in order. */
export interface ItemWithFiles {
  readonly item: LibraryItem;
  readonly file: FoundFile;
  readonly parts: readonly (FoundFile & { readonly durationMs: number | null })[];
}

/** A row of the table of items as a library gives it; all else in the row is ours. */
export type ItemRow = ReturnType<typeof itemRow>;

/** The rows of an item: one for its file, and one for each further part. */
export function rowsOf({ item, file, parts }: ItemWithFiles): ItemRow[] {
  const first = itemRow(...chosen(item, file));
  const ids = partIds(item);
  const further = parts.map((part, index) =>
    itemRow({ ...item, id: ids[index] ?? '' }, part, part.durationMs, { part_of: item.id, part: index + 2 }),
  );
  return [first, ...further];
}

/** The ids of an item's further parts: the second, the third and so on. */
export function partIds({ id, parts }: LibraryItem): string[] {
  return parts.map((_, index) => uuidOf(`${id}\n${index + 2}`, NAMESPACE));
}

/** The item as if the file that was chosen had always been its first: all others are its versions. */
function chosen(item: LibraryItem, file: FoundFile): [LibraryItem, FoundFile, number | null] {
  const version = item.versions.find(({ path }) => path === file.path);
  if (version === undefined) return [item, file, item.durationMs];
  const others = [{ path: item.path, durationMs: item.durationMs }, ...item.versions];
  return [{ ...item, versions: others.filter(({ path }) => path !== file.path) }, file, version.durationMs];
}

function itemRow(
  item: LibraryItem,
  { path, state }: FoundFile,
  durationMs: number | null,
  place: { readonly part_of: string | null; readonly part: number } = { part_of: null, part: 1 },
) {
  const row = {
    library_id: item.id,
    source: item.source,
    host_id: item.hostId,
    ...place,
    path,
    kind: item.kind,
    title: item.title,
    sort_title: item.sortTitle,
    search_text: folded(`${item.title}\n${item.show ?? ''}`),
    show: item.show,
    season: item.season,
    episode: item.episode,
    year: item.year,
    original_air_date: item.originalAirDate,
    certificate: item.certificate,
    stars: item.stars,
    duration_ms: durationMs,
    frames_per_second: item.streams.video?.framesPerSecond ?? null,
    added_ms: item.addedMs,
    versions: item.versions.length,
    size_bytes: state?.sizeBytes ?? 0,
    modified_ms: state?.modifiedMs ?? 0,
    missing: state === undefined,
  };
  const details = detailsText(item);
  const fingerprint = hash('sha1', details + JSON.stringify(row), 'base64');
  return { ...row, people: linesOf(item.people.map(({ name }) => name)), details, fingerprint };
}
