import sharp from 'sharp';

/** A small file may hold a picture that takes gigabytes. */
const MOST_PIXELS = 50_000_000;
const JPEG_QUALITY = 82;

/** What a picture is to become: no larger than this, and never larger than it is. */
export interface Resized {
  readonly width: number;
  readonly height?: number;
  /** What may be transparent is a PNG. */
  readonly type: 'image/png' | 'image/jpeg';
}

// One picture at a time, and none of them again.
sharp.cache(false);
sharp.concurrency(1);

/** Upright, and of its own shape. Rejects for what is no picture, is damaged, or has more than 50 million pixels. */
export function resize(bytes: Uint8Array, { width, height, type }: Resized): Promise<Buffer> {
  const smaller = sharp(bytes, { limitInputPixels: MOST_PIXELS })
    .rotate()
    .resize({ width, ...(height === undefined ? {} : { height, fit: 'inside' }), withoutEnlargement: true });
  return (type === 'image/png' ? smaller.png() : smaller.jpeg({ quality: JPEG_QUALITY })).toBuffer();
}
