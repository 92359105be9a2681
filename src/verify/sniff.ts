import { readText } from './open.ts';

const PLAYLIST_MARK = '#EXTM3U';
/** The mark, with a byte order mark before it. */
const MARK_BYTES = PLAYLIST_MARK.length + 3;

type Content =
  | { readonly kind: 'playlist'; readonly text: string }
  | { readonly kind: 'media'; readonly bytes: AsyncIterable<Uint8Array> };

/** Tells a playlist from media by how it begins: names and content types are not to be relied on. */
export async function sniff(bytes: AsyncIterable<Uint8Array>): Promise<Content> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < MARK_BYTES) {
    const result = await iterator.next();
    if (result.done === true) break;
    head = Buffer.concat([head, result.value]);
  }
  const all = resumed(head, iterator);
  const isPlaylist = head.subarray(0, MARK_BYTES).toString().replace('\uFEFF', '').startsWith(PLAYLIST_MARK);
  if (!isPlaylist) return { kind: 'media', bytes: all };
  return { kind: 'playlist', text: await readText(all) };
}

async function* resumed(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let result = await iterator.next(); result.done !== true; result = await iterator.next()) yield result.value;
  } finally {
    await iterator.return?.();
  }
}
