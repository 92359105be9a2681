import { AppError, messageOf } from '../shared/errors.ts';
import { pictureType } from './picture-type.ts';

const MOST_BYTES = 5_000_000;
const LIMIT_MS = 10_000;
/** Larger than any host shows it. */
const SIDE = 512;
/** A small file may hold a picture that takes gigabytes. */
const MOST_PIXELS = 50_000_000;

/** Any picture as a logo: PNG, no larger than needed. `invalid_picture` for what is none. */
export async function logoOf(bytes: Buffer): Promise<Buffer> {
  if (bytes.length > MOST_BYTES) throw invalid(`it has more than ${MOST_BYTES} bytes`);
  if (pictureType(bytes) === undefined) throw invalid('it is no JPEG, PNG, GIF or WebP');
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  try {
    return await sharp(bytes, { limitInputPixels: MOST_PIXELS })
      .rotate()
      .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
      .png()
      .toBuffer();
  } catch (error) {
    throw invalid(`it is damaged, or too large (${messageOf(error)})`, error);
  }
}

/** The picture at a URL as a logo; `invalid_picture` where none is to be had. */
export async function logoAt(url: string): Promise<Buffer> {
  return logoOf(await fetched(url));
}

async function fetched(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    const isTooLarge = Number(response.headers.get('Content-Length') ?? 0) > MOST_BYTES;
    if (response.ok && !isTooLarge && response.body !== null) return await readUpTo(response.body, MOST_BYTES);
    await response.body?.cancel();
    throw new Error(isTooLarge ? 'too large' : `its server answers ${response.status}`);
  } catch (error) {
    throw invalid(`${url} cannot be read (${messageOf(error)})`, error, 'url');
  }
}

async function readUpTo(body: ReadableStream<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > mostBytes) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function invalid(why: string, cause?: unknown, path = ''): AppError {
  const message = `use a picture in JPEG, PNG, GIF or WebP; ${why}`;
  return new AppError('invalid_picture', `invalid picture; ${message}`, { cause, fields: [{ path, message }] });
}
