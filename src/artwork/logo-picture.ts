import type { Resized } from '../drawing/resize.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import { fetchedPicture } from './fetched-picture.ts';
import { pictureType } from './picture-type.ts';

const MOST_BYTES = 5_000_000;
const LIMIT_MS = 10_000;
/** Larger than any host shows it. */
const SIDE = 512;

/** Makes a picture smaller. */
export type Resize = (bytes: Uint8Array, to: Resized) => Promise<Buffer>;

/** Any picture as a logo: PNG, no larger than needed. `invalid_picture` for what is none. */
export async function logoOf(bytes: Buffer, resize: Resize): Promise<Buffer> {
  if (bytes.length > MOST_BYTES) throw invalid(`it has more than ${MOST_BYTES} bytes`);
  if (pictureType(bytes) === undefined) throw invalid('it is no JPEG, PNG, GIF or WebP');
  try {
    return await resize(bytes, { width: SIDE, height: SIDE, type: 'image/png' });
  } catch (error) {
    throw invalid(`it is damaged, or too large (${messageOf(error)})`, error);
  }
}

/**
 * The picture at a URL as a logo; `invalid_picture` where none is to be had. `ownServers` are hosts with their ports,
 * as they stand in URLs: the media servers of the settings, which may be on this machine.
 */
export async function logoAt(url: string, ownServers: readonly string[], resize: Resize): Promise<Buffer> {
  const bytes = await fetchedPicture(url, { ownServers, mostBytes: MOST_BYTES, limitMs: LIMIT_MS }).catch(refuse);
  return logoOf(bytes, resize);

  function refuse(error: unknown): never {
    throw invalid(`${url} cannot be read (${messageOf(error)})`, error, 'url');
  }
}

function invalid(why: string, cause?: unknown, path = ''): AppError {
  const message = `use a picture in JPEG, PNG, GIF or WebP; ${why}`;
  return new AppError('invalid_picture', `invalid picture; ${message}`, { cause, fields: [{ path, message }] });
}
