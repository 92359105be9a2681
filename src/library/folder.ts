import path from 'node:path';
import { v5 as uuidOf } from 'uuid';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import { fileStates } from './disk/file-states.ts';
import { DiskProcess, type DiskProcessOptions } from './disk/disk-process.ts';
import { listFolder } from './disk/list-folder.ts';
import { isIgnored, isVideo } from './folder-rules.ts';
import { type LibraryItem, UNDESCRIBED } from './library-item.ts';
import type { LibrarySource } from './library-reading.ts';
import {
  episodeNumbers,
  episodeTitle,
  filmTitle,
  isEpisodeName,
  isFilmName,
  isFilmsFolder,
  seasonOfFolder,
  showName,
} from './names.ts';
import { inOrder } from './order.ts';

/** Never changes: ids are made in it, and hosts remember them. */
const NAMESPACE = '0b1f5c0e-6f2c-5d0a-9a53-6b8a3c1f7e42';
const SCHEME = 'folder:';
const BATCH_ITEMS = 500;

/** The id of a folder as a source, as its items have it. */
export function folderId(directory: string): string {
  return SCHEME + path.resolve(directory);
}

/** A folder as a source of films and episodes. */
export function folderSource(directory: string, options: DiskProcessOptions): LibrarySource {
  return {
    id: folderId(directory),
    open: async () => ({
      schema: 'folder',
      async *items() {
        const { items } = await scanFolder(directory, options);
        for (let from = 0; from < items.length; from += BATCH_ITEMS) yield items.slice(from, from + BATCH_ITEMS);
      },
      count: async () => null,
      collections: async () => [],
      changeMark: async () => null,
      fingerprint: async () => null,
      statesOf: (files) => fileStates(files, options),
      skippedRows: {},
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/**
 * The films and episodes in a folder, in the order in which a channel shows them. Files in it are films; a folder is a
 * show if its files are numbered as episodes, if it has seasons or if it holds several videos that are not named as films
 * are, outside of a folder of films; a folder with one video is a film; a folder of folders is looked into.
 */
export async function scanFolder(
  directory: string,
  options: DiskProcessOptions = {},
): Promise<{ items: LibraryItem[] }> {
  const root = path.resolve(directory);
  using disk = new DiskProcess(options);
  const tree = await readRoot(root, disk);
  const found = [
    ...tree.videos.map((video) => ({ ...video, show: null, season: undefined })),
    ...tree.folders.flatMap((folder) => classify(folder, isFilmsFolder(tree.name))),
  ];
  const source = folderId(root);
  return { items: found.map((video) => toItem(source, root, video)).sort(inOrder) };
}

interface Video {
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

interface Folder {
  readonly name: string;
  readonly videos: readonly Video[];
  readonly folders: readonly Folder[];
}

interface FoundVideo extends Video {
  readonly show: string | null;
  /** As the folder says. */
  readonly season: number | undefined;
}

function classify(folder: Folder, isAmongFilms: boolean): FoundVideo[] {
  const isOfFilms = isAmongFilms || isFilmsFolder(folder.name);
  const areFilms = isOfFilms || folder.videos.every(({ file }) => isFilmName(path.parse(file).name));
  const isShow =
    (folder.videos.length > 1 && !areFilms) ||
    folder.videos.some(({ file }) => isEpisodeName(path.parse(file).name)) ||
    folder.folders.some(({ name }) => seasonOfFolder(name) !== undefined);
  if (isShow) return episodesIn(folder, showName(folder.name), undefined);
  const films = folder.videos.map((video) => ({ ...video, show: null, season: undefined }));
  return [...films, ...folder.folders.flatMap((inner) => classify(inner, isOfFilms))];
}

function episodesIn(folder: Folder, show: string, season: number | undefined): FoundVideo[] {
  return [
    ...folder.videos.map((video) => ({ ...video, show, season })),
    ...folder.folders.flatMap((inner) => episodesIn(inner, show, seasonOfFolder(inner.name) ?? season)),
  ];
}

function toItem(source: string, root: string, { show, season, file, ...state }: FoundVideo): LibraryItem {
  const stem = path.parse(file).name;
  const relative = path.relative(root, file).split(path.sep).join('/');
  const id = uuidOf(`${source}\n${relative}`, NAMESPACE);
  const common = { ...UNDESCRIBED, id, source, hostId: null, path: file, ...state };
  if (show === null) {
    const title = filmTitle(stem);
    return { ...common, kind: 'film', title, sortTitle: title, show, season: null, episode: null };
  }
  const numbers = episodeNumbers(stem, season);
  const title = episodeTitle(stem, numbers);
  return { ...common, kind: 'episode', title, sortTitle: title, show, ...numbers };
}

async function readRoot(root: string, disk: DiskProcess): Promise<Folder> {
  try {
    return await readFolder(root, new Set(), disk);
  } catch (error) {
    throw new AppError(
      'library_unreadable',
      `the library folder ${root} cannot be read (${messageOf(error)}); check that it exists and may be read`,
      { cause: error },
    );
  }
}

/** `entered` holds the real paths of the folders on the way here: a link back to one of them is not followed. */
async function readFolder(directory: string, entered: ReadonlySet<string>, disk: DiskProcess): Promise<Folder> {
  const { real, entries } = await listFolder(disk, directory);
  const inside = new Set([...entered, real]);
  const videos: Video[] = [];
  const folders: Folder[] = [];
  for (const { name, kind, sizeBytes, modifiedMs } of entered.has(real) ? [] : entries) {
    if (isIgnored(name)) continue;
    const file = path.join(directory, name);
    if (kind === 'folder') folders.push(await readFolder(file, inside, disk).catch((error) => nothingIn(file, error)));
    else if (kind === 'file' && isVideo(file)) videos.push({ file, sizeBytes, modifiedMs });
  }
  return { name: path.basename(directory), videos, folders };
}

/**
 * A folder inside that may not be read is as good as empty: the rest of the library is still there. Of one that does
 * not answer nobody knows what it holds.
 */
function nothingIn(directory: string, error: unknown): Folder {
  if (hasCode(error, 'timeout')) throw error;
  return { name: path.basename(directory), videos: [], folders: [] };
}
