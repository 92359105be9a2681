import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '../shared/errors.ts';
import { judgeDecoding } from './decoder.ts';
import type { TellFault } from './faults.ts';
import { FaultList } from './faults.ts';
import { followPlaylist, loadPlaylist } from './follow.ts';
import { addressOf, open } from './open.ts';
import { parsePlaylist } from './playlist.ts';
import type { Facts, Report } from './report.ts';
import { sniff } from './sniff.ts';
import { StreamJudge } from './stream-judge.ts';

export type { Report } from './report.ts';
export { renderReport } from './report.ts';

export interface VerifyOptions {
  /** How much of a stream without end is read, in seconds of media. Files and complete playlists are read whole. */
  readonly seconds: number;
  readonly ffmpegPath: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (sentence: string) => void;
  /** How the pause between two loads of a live playlist is spent. */
  readonly wait?: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Judges an HLS playlist or an MPEG-TS stream, from a file or an http(s) address. */
export async function verify(source: string, options: VerifyOptions): Promise<Report> {
  const { signal, onProgress = () => {} } = options;
  const faults = new FaultList();
  const folder = await mkdtemp(path.join(tmpdir(), 'sidecast-verify-'));
  try {
    await using stream = new StreamJudge(folder, faults.tell);
    const playlistFacts = await read(source, stream, faults.tell, options);
    const facts = { ...(await stream.end()), ...playlistFacts };
    if (facts.pictures === 0 && facts.soundFrames === 0 && facts.pictureCodec === undefined && !facts.soundCodec) {
      const [first] = faults.list();
      const why = first === undefined ? '' : ` (${first.sentence})`;
      throw new AppError('source_unreadable', `${source} holds no MPEG-TS picture or sound${why}`);
    }
    onProgress('decoding what was read');
    for (const file of stream.files) {
      const { ffmpegPath } = options;
      await judgeDecoding(file.path, { ffmpegPath, atSeconds: file.atSeconds, tell: faults.tell, signal });
      await rm(file.path);
    }
    return { source, facts, faults: faults.list() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the source, whatever it is, into the judge; returns what only a playlist can tell. */
async function read(
  source: string,
  stream: StreamJudge,
  tell: TellFault,
  options: VerifyOptions,
): Promise<Partial<Facts>> {
  const { seconds, signal, onProgress = () => {}, wait = pause } = options;
  const opened = await open(addressOf(source), signal);
  const content = await sniff(opened.bytes);
  if (content.kind === 'media') {
    const limitSeconds = opened.url.startsWith('file:') ? Infinity : seconds;
    const onChunk = throttled(() => onProgress(`${stream.seconds.toFixed(1)} s of media read`));
    try {
      await stream.readContinuous(content.bytes, { limitSeconds, onChunk });
    } catch (error) {
      signal?.throwIfAborted();
      tell('source_broken', `the stream breaks off: ${messageOf(error)}`, stream.seconds);
      await stream.endPart({ cut: true });
    }
    return {};
  }
  let url = opened.url;
  let playlist = parsePlaylist(content.text, url);
  const variant = playlist.kind === 'master' ? playlist.variant : undefined;
  if (variant !== undefined) {
    onProgress(`variant: ${variant.description}`);
    ({ playlist, url } = await loadPlaylist(variant.url, signal));
  }
  if (playlist.kind === 'master') throw new AppError('source_unreadable', `${url} is a master playlist in another one`);
  const playlistLoads = await followPlaylist(playlist, url, { seconds, stream, tell, signal, onProgress, wait });
  return { playlistLoads, ...(variant === undefined ? {} : { variant: variant.description }) };
}

async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(delayMs, undefined, signal === undefined ? {} : { signal });
}

/** Calls `action` at most once a second. */
function throttled(action: () => void): () => void {
  let last = performance.now();
  return () => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    action();
  };
}
