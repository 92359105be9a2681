/** Kinds of pictures that browsers show, by their first bytes. */
const SIGNATURES: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
];

/** The content type of a picture, whatever its file is called; undefined for what is none. */
export function pictureType(bytes: Buffer): string | undefined {
  return SIGNATURES.find(([, at, signature]) => bytes.toString('latin1', at, at + signature.length) === signature)?.[0];
}
