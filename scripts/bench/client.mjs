import http from 'node:http';

/** A GET over a connection of its own; follows redirects, and tells when the first and the last byte of the body came. */
export function get(url, { onBytes = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const askedAt = performance.now();
    const request = http.get(url, { agent: false, signal }, (response) => {
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        response.resume();
        const next = get(new URL(headers.location, url).href, { onBytes, signal });
        next.then((answer) => {
          const sinceMs = performance.now() - askedAt - answer.doneMs;
          resolve({ ...answer, firstByteMs: answer.firstByteMs + sinceMs, doneMs: answer.doneMs + sinceMs });
        }, reject);
        return;
      }
      if (statusCode !== 200) {
        response.resume();
        reject(new Error(`GET ${url}: ${statusCode}`));
        return;
      }
      const parts = [];
      let firstByteMs;
      response.on('data', (bytes) => {
        firstByteMs ??= performance.now() - askedAt;
        parts.push(bytes);
        onBytes(bytes);
      });
      response.on('end', () =>
        resolve({ url, body: Buffer.concat(parts), firstByteMs, doneMs: performance.now() - askedAt }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

/** A media playlist: the address at which it is renewed, its first segment and that one's number. */
export async function fetchPlaylist(playlistUrl) {
  const { url, body, doneMs } = await get(playlistUrl);
  const text = String(body);
  const [segment = ''] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const number = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]);
  return { url, number, segmentUrl: new URL(segment, url).href, doneMs };
}

/** As a plain HLS client: the playlist, then its first segment. Milliseconds until each was there, and its number. */
export async function fetchFirstSegment(playlistUrl) {
  const { number, segmentUrl, doneMs: playlistMs } = await fetchPlaylist(playlistUrl);
  const { doneMs } = await get(segmentUrl);
  return { number, playlistMs, segmentMs: playlistMs + doneMs };
}

/** Watches the continuous TS without keeping it, until stopped. Resolves at its first bytes. */
export async function watchTS(url) {
  const controller = new AbortController();
  await new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false, signal: controller.signal }, (response) => {
      response.once('data', resolve);
      response.resume();
      response.on('error', () => {});
    });
    request.on('error', (error) => reject(error));
  });
  return { stop: () => controller.abort() };
}

/** Milliseconds from the GET to the first byte of the body of something that does not end. */
export function firstByteOf(url) {
  const askedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.once('data', () => {
        resolve(performance.now() - askedAt);
        response.destroy();
      });
      response.on('error', () => {});
    });
    request.on('error', reject);
  });
}
