import type { RequestListener } from 'node:http';
import { isQuality } from '../ffmpeg/quality.ts';
import { etagOf } from './respond.ts';
import { headersFor } from './security-headers.ts';
import { HLS, MPEG_TS, segmentCacheControl } from './stream-headers.ts';
import { segmentsFrom, withSegmentsAt } from './signed-path.ts';
import type { HttpOptions } from './options.ts';
import type { ListedPlaylist } from './services/streams.ts';

/** The addresses that playlists name, as players ask for them: nothing encoded, nothing added. */
const ASKED =
  /^(?:\/(~[\w.-]+))?\/stream\/([\w-]+)\/(\d+p)(?:\.m3u8\?viewer=([\w-]{22})|\/([\w-]+)_segment_(0|[1-9]\d{0,14})\.ts)$/;

/** The same for all that is answered here; names and values in turn, which is the quickest to write. */
const HEADERS = [...Object.entries(headersFor('/stream/')).flat(), 'Access-Control-Allow-Origin', '*'];

type Options = Pick<HttpOptions, 'streams' | 'isShuttingDown' | 'metrics' | 'access'>;

/** Made once for all who ask. */
interface Answer {
  readonly kind: 'playlist' | 'segment';
  readonly headers: string[];
  /** Text goes out in one piece with the headers; bytes are sent as they are. */
  readonly body: Uint8Array | string;
  readonly bytes: number;
}

/**
 * Answers at once what is at hand: a segment in memory, the playlist of a viewer who is present. That is nearly all that
 * is asked for while many watch, and before Koa it costs a third. All else goes to `otherwise`, whose routes answer the
 * same request with the same headers.
 */
export function answerAtHand(options: Options, otherwise: RequestListener): RequestListener {
  const { isShuttingDown, metrics } = options;
  const answerTo = finder(options);
  return function answerIfAtHand(request, response) {
    const { method, url = '', headers } = request;
    const isPlain = method === 'GET' && headers['if-none-match'] === undefined && !isShuttingDown();
    const answer = isPlain ? answerTo(url) : undefined;
    if (answer === undefined) return otherwise(request, response);
    metrics.sent(answer.kind, answer.bytes);
    response.writeHead(200, answer.headers);
    response.end(answer.body);
  };
}

function finder({ streams, access: { links } }: Options): (url: string) => Answer | undefined {
  const answers = new WeakMap<ListedPlaylist | Uint8Array, Answer>();
  return function find(url) {
    const [, signature, channelId = '', quality = '', viewer, name, number] = ASKED.exec(url) ?? [];
    if (!isQuality(quality)) return undefined;
    const kind = viewer === undefined ? 'segments' : 'channel';
    // Who is let in without one goes the whole way.
    if (links && (!signature || links.check(signature, { kind, channelId }) !== 'valid')) return undefined;
    if (viewer === undefined) {
      if (name !== `${channelId}_${quality}`) return undefined;
      const segment = streams.segmentAtHand(channelId, quality, Number(number));
      return segment && kept(segment.bytes, () => segmentAnswer(segment));
    }
    const listed = streams.playlistAtHand(channelId, quality, viewer);
    if (listed === undefined) return undefined;
    // Signatures may be revoked while a playlist stays the same.
    if (links) return playlistAnswer(withSegmentsAt(segmentsFrom(links, channelId, true), listed.text));
    return kept(listed, () => playlistAnswer(listed.text));
  };
  function kept(about: ListedPlaylist | Uint8Array, make: () => Answer): Answer {
    const known = answers.get(about);
    if (known !== undefined) return known;
    const answer = make();
    answers.set(about, answer);
    return answer;
  }
}

function playlistAnswer(text: string): Answer {
  const headers = ['Content-Type', HLS, 'Cache-Control', 'no-cache', 'ETag', etagOf(text)];
  return answerOf('playlist', headers, text);
}

function segmentAnswer({ bytes, lifetimeSeconds }: { bytes: Uint8Array; lifetimeSeconds: number }): Answer {
  const cacheControl = segmentCacheControl(lifetimeSeconds);
  const headers = ['Content-Type', MPEG_TS, 'Cache-Control', cacheControl, 'Accept-Ranges', 'none'];
  return answerOf('segment', headers, bytes);
}

function answerOf(kind: Answer['kind'], headers: readonly string[], body: Answer['body']): Answer {
  const bytes = Buffer.byteLength(body);
  return { kind, headers: [...HEADERS, ...headers, 'Content-Length', String(bytes)], body, bytes };
}
