import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Resized } from '../drawing/resize.ts';
import type { Artwork } from '../library/library-item.ts';
import { writeFileAtomic } from '../shared/atomic-file.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import { fetchFrom, type MediaServer, type ServerKind } from './media-server.ts';
import { pictureType } from './picture-type.ts';

/** Widths that pictures are made in: the next larger one to what is asked for, so that few are kept of each. */
const WIDTHS = [160, 320, 480, 720, 1080, 1920];
/** What a server has given is asked for again after a day. */
const FRESH_MS = 86_400_000;
const MOST_BYTES = 30_000_000;
/** How many pictures are written between two looks at how much there is. */
const WRITES_BETWEEN_LOOKS = 50;

/** Reads the pictures of a media server, whose disk may not answer: then they are not there. */
export interface PictureFiles {
  readonly stateOf: (file: string) => Promise<{ readonly sizeBytes: number; readonly modifiedMs: number } | undefined>;
  /** Undefined for a file that cannot be read, or is larger. */
  readonly contentsOf: (file: string, mostBytes: number) => Promise<Buffer | undefined>;
}

export interface ArtworkStoreOptions {
  readonly files: PictureFiles;
  /** Where pictures are kept that were resized, or that a server has given. */
  readonly directory: string;
  readonly budgetBytes: number;
  readonly servers: Readonly<Partial<Record<ServerKind, MediaServer>>>;
  /** Makes a picture smaller; rejects for one that is damaged. */
  readonly resize: (bytes: Uint8Array, to: Resized) => Promise<Buffer>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Picture {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Gives the pictures of a library: from the host's own files, or from its HTTP API, in the size that is wanted. */
export class ArtworkStore {
  readonly #options: ArtworkStoreOptions;
  /** Who asks for a picture that is being made shares it. */
  readonly #making = new Map<string, Promise<Picture>>();
  #writes = 0;

  constructor(options: ArtworkStoreOptions) {
    this.#options = options;
  }

  /** `width` in pixels; without it as it is. Rejects with `artwork_not_found`. */
  picture(source: string, artwork: Artwork, width?: number): Promise<Picture> {
    const key = JSON.stringify([source, artwork, width ?? null]);
    const making = this.#making.get(key) ?? this.#make(source, artwork, width).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #make(source: string, artwork: Artwork, width: number | undefined): Promise<Picture> {
    const file = artwork.file === null ? undefined : await this.#options.files.stateOf(artwork.file);
    const identity = file ? [artwork.file, file.sizeBytes, file.modifiedMs] : [source, artwork.apiPath];
    const wanted = width === undefined ? undefined : (WIDTHS.find((step) => step >= width) ?? WIDTHS.at(-1));
    if (file !== undefined && wanted === undefined) return this.#original(source, artwork);
    return this.#kept(JSON.stringify([...identity, wanted ?? null]), file === undefined, async () => {
      const original = await this.#original(source, file ? artwork : { ...artwork, file: null });
      return wanted === undefined ? original : this.#resized(original, wanted);
    });
  }

  async #original(source: string, { file, apiPath }: Artwork): Promise<Picture> {
    const bytes =
      (file === null ? undefined : await this.#options.files.contentsOf(file, MOST_BYTES)) ??
      (await this.#fetched(source, apiPath));
    const type = bytes && pictureType(bytes);
    if (bytes !== undefined && type !== undefined) return { bytes, type };
    throw new AppError(
      'artwork_not_found',
      'artwork not found; its file cannot be read here. Mount the folder that it is in, or set the address and the key ' +
        'of the media server',
    );
  }

  async #fetched(source: string, apiPath: string | null): Promise<Buffer | undefined> {
    if (apiPath === null) return undefined;
    for (const kind of ['jellyfin', 'plex'] as const) {
      const server = this.#options.servers[kind];
      if (source.startsWith(`${kind}:`) && server) return fetchFrom(kind, server, apiPath);
    }
    return undefined;
  }

  async #kept(identity: string, ages: boolean, make: () => Promise<Picture>): Promise<Picture> {
    const { directory, now } = this.#options;
    const file = path.join(directory, createHash('sha256').update(identity).digest('hex').slice(0, 40));
    const state = await stateOf(file);
    if (state !== undefined && !(ages && now() - state.mtimeMs > FRESH_MS)) {
      const bytes = await readFile(file).catch(() => undefined);
      const type = bytes && pictureType(bytes);
      if (bytes !== undefined && type !== undefined) return { bytes, type };
    }
    const picture = await make();
    await writeFileAtomic(file, picture.bytes);
    if (this.#writes++ % WRITES_BETWEEN_LOOKS === 0) await this.#prune();
    return picture;
  }

  async #resized({ bytes, type: from }: Picture, width: number): Promise<Picture> {
    // Logos may be transparent.
    const type = from === 'image/png' || from === 'image/webp' ? 'image/png' : 'image/jpeg';
    try {
      return { type, bytes: await this.#options.resize(bytes, { width, type }) };
    } catch (error) {
      throw new AppError(
        'artwork_not_found',
        `artwork not found; its file is damaged, or too large a picture (${messageOf(error)})`,
        {
          cause: error,
        },
      );
    }
  }

  /** What was made longest ago goes first. */
  async #prune(): Promise<void> {
    const { directory, budgetBytes } = this.#options;
    const files = await Promise.all(
      (await readdir(directory)).map(async (name) => ({ name, state: await stateOf(path.join(directory, name)) })),
    );
    const newest = files.toSorted((a, b) => (b.state?.mtimeMs ?? 0) - (a.state?.mtimeMs ?? 0));
    let bytes = 0;
    for (const { name, state } of newest) {
      bytes += state?.size ?? 0;
      if (bytes > budgetBytes) await rm(path.join(directory, name), { force: true });
    }
  }
}

async function stateOf(file: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  const state = await stat(file).catch(() => undefined);
  return state?.isFile() ? state : undefined;
}
