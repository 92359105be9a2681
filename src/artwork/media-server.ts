/** Where the HTTP API of a media server is, and the key that it lets us in with. */
export interface MediaServer {
  readonly url: string;
  readonly key: string;
}

export type ServerKind = 'jellyfin' | 'plex';

/** Each wants its key in a header of its own. */
const HEADERS: Readonly<Record<ServerKind, (key: string) => Readonly<Record<string, string>>>> = {
  jellyfin: (key) => ({ Authorization: `MediaBrowser Token="${key}"` }),
  plex: (key) => ({ 'X-Plex-Token': key }),
};
const LIMIT_MS = 10_000;
const MOST_BYTES = 30_000_000;

/** What a media server answers to a GET; undefined where it has no such thing or does not answer in time. */
export async function fetchFrom(kind: ServerKind, server: MediaServer, apiPath: string): Promise<Buffer | undefined> {
  try {
    const response = await fetch(server.url + apiPath, {
      headers: HEADERS[kind](server.key),
      signal: AbortSignal.timeout(LIMIT_MS),
      // The key is for this server alone.
      redirect: 'error',
    });
    if (response.ok && response.body !== null) return await readAll(response.body);
    await response.body?.cancel();
    return undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for more than a picture can be: nothing of it is read on. */
async function readAll(body: ReadableStream<Uint8Array>): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    // Leaving the loop ends the connection.
    if (bytes > MOST_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
