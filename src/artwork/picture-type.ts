/** Kinds of pictures that browsers show: their first bytes, and what stands before the first of their pixels. */
const KINDS: readonly (readonly [type: string, at: number, signature: string, pixels: string])[] = [
  ['image/jpeg', 0, '\xff\xd8\xff', '\xff\xda'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n', 'IDAT'],
  ['image/gif', 0, 'GIF8', ','],
  ['image/webp', 8, 'WEBP', 'VP8'],
];

/** The content type of a picture, whatever its file is called; undefined for what is none, or has none of its pixels. */
export function pictureType(bytes: Buffer): string | undefined {
  const kind = KINDS.find(([, at, signature]) => bytes.toString('latin1', at, at + signature.length) === signature);
  const [type, , , pixels = ''] = kind ?? [];
  return bytes.includes(pixels, 0, 'latin1') ? type : undefined;
}
