import { messageOf } from '../shared/errors.ts';
import type { TellFault } from './faults.ts';
import { open, readText } from './open.ts';
import type { MasterPlaylist, MediaPlaylist } from './playlist.ts';
import { parsePlaylist } from './playlist.ts';
import { PlaylistJudge } from './reloads.ts';
import type { ListedSegment } from './segment.ts';
import { nameOf } from './segment.ts';
import type { StreamJudge } from './stream-judge.ts';

/** A player gives up on a live playlist that brings nothing new for this many target durations. */
const STALLED_TARGETS = 3;
/** RFC 8216, 6.3.3: playing begins no later than three target durations before the end. */
const LIVE_START_TARGETS = 3;
const DEFAULT_TARGET_SECONDS = 6;
/** Five segments of one second are 5 s, whatever the ticks of their pictures were rounded to. */
const ROUNDING_SECONDS = 0.001;

interface FollowOptions {
  readonly seconds: number;
  readonly stream: StreamJudge;
  readonly tell: TellFault;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (sentence: string) => void;
  readonly wait: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Loads a playlist; `url` of the answer is the one to go on with. */
export async function loadPlaylist(
  url: string,
  signal: AbortSignal | undefined,
): Promise<{ playlist: MediaPlaylist | MasterPlaylist; url: string }> {
  const opened = await open(url, signal);
  return { playlist: parsePlaylist(await readText(opened.bytes), opened.url), url: opened.url };
}

/**
 * Reads a media playlist as a player does: what is complete, or a file, from beginning to end; a live one from near
 * its end, polled until enough was read. Returns how often the playlist was loaded.
 */
export async function followPlaylist(first: MediaPlaylist, url: string, options: FollowOptions): Promise<number> {
  const { stream, tell, signal } = options;
  const judge = new PlaylistJudge(tell);
  const isLive = !first.isEnded && !url.startsWith('file:');
  let playlist = first;
  let next: number | undefined;
  let quietMs = 0;
  let loadedAt = performance.now();
  for (;;) {
    judge.judge(playlist);
    // A live playlist may be empty at first: where to begin is known with its first segments.
    const from = next ?? (isLive ? liveStart(playlist) : playlist.mediaSequence);
    const fresh = playlist.segments.filter(({ sequence }) => sequence >= from);
    for (const segment of fresh) {
      if (next !== undefined && segment.sequence > next) await tellSkipped(next, segment.sequence, options);
      next = segment.sequence + 1;
      await readSegment(segment, options);
      if (isLive && stream.seconds >= options.seconds - ROUNDING_SECONDS) return judge.loads;
    }
    if (!isLive || playlist.isEnded) return judge.loads;
    const targetMs = (playlist.targetSeconds ?? DEFAULT_TARGET_SECONDS) * 1000;
    quietMs = fresh.length > 0 ? 0 : quietMs;
    if (quietMs > STALLED_TARGETS * targetMs) {
      tell('playlist_stalled', `the playlist brings nothing new for ${quietMs / 1000} s and has no EXT-X-ENDLIST`);
      return judge.loads;
    }
    const pauseMs = fresh.length > 0 ? targetMs : targetMs / 2;
    await options.wait(Math.max(0, pauseMs - (performance.now() - loadedAt)), signal);
    quietMs += pauseMs;
    loadedAt = performance.now();
    playlist = (await reload(url, options)) ?? playlist;
  }
}

function liveStart({ segments, mediaSequence, targetSeconds = DEFAULT_TARGET_SECONDS }: MediaPlaylist): number {
  let fromEnd = 0;
  for (const segment of segments.toReversed()) {
    fromEnd += segment.durationSeconds;
    // Half a second of grace: 3 segments of 2.000 s are 3 target durations, whatever their sum rounds to.
    if (fromEnd >= LIVE_START_TARGETS * targetSeconds - 0.5) return segment.sequence;
  }
  return mediaSequence;
}

async function tellSkipped(next: number, found: number, { stream, tell }: FollowOptions): Promise<void> {
  const what = `segments ${next} to ${found - 1} left the playlist, or were never in it, before they could be read`;
  tell('segment_skipped', what, stream.seconds, found - next);
  await stream.endPart();
}

async function readSegment(segment: ListedSegment, options: FollowOptions): Promise<void> {
  const { stream, tell, signal } = options;
  try {
    const { bytes } = await open(segment.url, signal, segment.byteRange);
    await stream.readSegment(segment, bytes);
    options.onProgress(`${nameOf(segment)}: ${stream.seconds.toFixed(1)} s of media read`);
  } catch (error) {
    signal?.throwIfAborted();
    tell('segment_missing', `${nameOf(segment)} cannot be read: ${messageOf(error)}`, stream.seconds);
    await stream.endPart();
  }
}

async function reload(url: string, { tell, signal }: FollowOptions): Promise<MediaPlaylist | undefined> {
  try {
    const { playlist } = await loadPlaylist(url, signal);
    if (playlist.kind === 'media') return playlist;
    tell('playlist_missing', 'the media playlist became a master playlist from one reload to the next');
  } catch (error) {
    signal?.throwIfAborted();
    tell('playlist_missing', `the playlist cannot be loaded again: ${messageOf(error)}`);
  }
  return undefined;
}
