import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Resized } from '../drawing/resize.ts';
import type { Artwork } from '../library/library-item.ts';
import { writeFileAtomic } from '../shared/atomic-file.ts';
import { artworkNotFound } from './artwork-not-found.ts';
import { fetchFrom, type MediaServer, type ServerKind } from './media-server.ts';
import { pictureType } from './picture-type.ts';

const SMALLEST = 160;
/** Widths that pictures are made in: the next larger one to what is asked for, so that few are kept of each. */
const WIDTHS = [SMALLEST, 320, 480, 720, 1080, 1920];
/** What a server has given is asked for again after a day. */
const FRESH_MS = 86_400_000;
const KINDS = ['jellyfin', 'plex'] as const satisfies readonly ServerKind[];
const MOST_BYTES = 30_000_000;
/** A library may have any number of pictures that are none. */
const MOST_TOLD = 1000;
/** How many pictures are written between two looks at how much there is. */
const WRITES_BETWEEN_LOOKS = 50;

interface FileState {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Reads the pictures of a media server, whose disk may not answer: then they are not there. */
export interface PictureFiles {
  readonly stateOf: (file: string) => Promise<FileState | undefined>;
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
  /** There is nothing to give of a file: told once of each that is no picture, and of the first of a source that is not here. */
  readonly onNothing: (source: string, file: string, isThere: boolean) => void;
}

export interface Picture {
  readonly type: string;
  readonly bytes: Buffer;
}

interface Made {
  readonly picture: Picture;
  /** All of it could be read. */
  readonly isWhole: boolean;
}

/** Gives the pictures of a library: from the host's own files, or from its HTTP API, in the size that is wanted. */
export class ArtworkStore {
  readonly #options: ArtworkStoreOptions;
  /** Who asks for a picture that is being made shares it. */
  readonly #making = new Map<string, Promise<Picture>>();
  #writes = 0;
  /** Of what was told: files that are no pictures, and sources of which one is not here. */
  readonly #told = new Set<string>();

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
    const wanted = width === undefined ? undefined : (WIDTHS.find((step) => step >= width) ?? WIDTHS.at(-1));
    const { file, apiPath } = artwork;
    const state = file === null ? undefined : await this.#options.files.stateOf(file);
    const inFile = file === null || state === undefined ? undefined : await this.#ofFile(file, state, wanted);
    const picture = inFile ?? (await this.#ofServer(source, apiPath, wanted));
    if (picture !== undefined) return picture;
    if (file !== null) this.#tell(source, file, state !== undefined);
    throw artworkNotFound(artwork, { isThere: state !== undefined, isAsked: this.#serverOf(source) !== undefined });
  }

  #tell(source: string, file: string, isThere: boolean): void {
    const key = isThere ? file : source;
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(key);
    this.#options.onNothing(source, file, isThere);
  }

  async #ofFile(file: string, state: FileState, wanted: number | undefined): Promise<Picture | undefined> {
    const original = async () => pictureOf(await this.#options.files.contentsOf(file, MOST_BYTES));
    if (wanted === undefined) return original();
    const identity = JSON.stringify([file, state.sizeBytes, state.modifiedMs, wanted]);
    return this.#kept(identity, { ages: false }, async () => {
      const picture = await original();
      return picture && this.#resized(picture, wanted);
    });
  }

  async #ofServer(source: string, apiPath: string | null, wanted: number | undefined): Promise<Picture | undefined> {
    const server = this.#serverOf(source);
    if (apiPath === null || server === undefined) return undefined;
    return this.#kept(JSON.stringify([source, apiPath, wanted ?? null]), { ages: true }, async () => {
      const original = pictureOf(await fetchFrom(server.kind, server, apiPath));
      if (original === undefined) return undefined;
      const made = await this.#resized(original, wanted ?? SMALLEST);
      return wanted === undefined ? { ...made, picture: original } : made;
    });
  }

  #serverOf(source: string): (MediaServer & { readonly kind: ServerKind }) | undefined {
    const kind = KINDS.find((one) => source.startsWith(`${one}:`));
    const server = kind && this.#options.servers[kind];
    return kind && server && { ...server, kind };
  }

  /** What is made is kept if it is whole, and asked for again after a day if it `ages`. */
  async #kept(
    identity: string,
    { ages }: { readonly ages: boolean },
    make: () => Promise<Made | undefined>,
  ): Promise<Picture | undefined> {
    const { directory, now } = this.#options;
    const file = path.join(directory, createHash('sha256').update(identity).digest('hex').slice(0, 40));
    const state = await stateOf(file);
    if (state !== undefined && !(ages && now() - state.mtimeMs > FRESH_MS)) {
      const kept = pictureOf(await readFile(file).catch(() => undefined));
      if (kept !== undefined) return kept;
    }
    const made = await make();
    if (!made?.isWhole) return made?.picture;
    await writeFileAtomic(file, made.picture.bytes);
    if (this.#writes++ % WRITES_BETWEEN_LOOKS === 0) await this.#prune();
    return made.picture;
  }

  /** One that is damaged in the middle, or too large to be made smaller, as it is: browsers show what they can of it. */
  async #resized(original: Picture, width: number): Promise<Made> {
    // Logos may be transparent.
    const type = original.type === 'image/png' || original.type === 'image/webp' ? 'image/png' : 'image/jpeg';
    try {
      const bytes = await this.#options.resize(original.bytes, { width, type });
      return { picture: { type, bytes }, isWhole: true };
    } catch {
      return { picture: original, isWhole: false };
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

function pictureOf(bytes: Buffer | undefined): Picture | undefined {
  const type = bytes && pictureType(bytes);
  return bytes === undefined || type === undefined ? undefined : { type, bytes };
}

async function stateOf(file: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  const state = await stat(file).catch(() => undefined);
  return state?.isFile() ? state : undefined;
}
