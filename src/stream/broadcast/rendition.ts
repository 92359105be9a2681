import { readFile, rm } from 'node:fs/promises';
import { getOutputPath } from '../../segments/paths.ts';
import { discoverSegments } from '../../segments/discovery.ts';
import { RenditionTree } from '../../segments/rendition-tree.ts';
import type { SegmentMemory } from '../../segments/segment-memory.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { renderLivePlaylist } from '../../playlist/live-playlist.ts';
import { validateMediaPlaylist } from '../../playlist/validate.ts';
import { writePlaylistAtomic } from '../../playlist/writer.ts';
import { type Grid, segmentDuration } from '../../schedule/grid.ts';
import { Listed } from './listed.ts';
import { Occasion } from './occasion.ts';
import { LEAD_SEGMENTS } from '../playout/lead.ts';

/** Old segments go several at once: at each change of the folder the watcher looks at every file in it. */
const REMOVED_TOGETHER = 4;

export interface RenditionOptions {
  readonly streamsDirectory: string;
  readonly channelId: string;
  readonly quality: Quality;
  readonly grid: Grid;
  readonly windowSegments: number;
  readonly memory: SegmentMemory;
  /** The playlist lists segments: the first time, and each time that more are listed. */
  readonly onListed: () => void;
  /** The playlist cannot be written. */
  readonly onFailure: (error: unknown) => void;
}

/** One quality of a channel on air: its segments in the tree, and the playlist that lists them. */
export class Rendition {
  readonly quality: Quality;
  readonly #options: RenditionOptions;
  readonly #tree: RenditionTree;
  readonly #listed: Listed;
  readonly #listing = new Occasion();
  readonly #publishing = new Occasion();
  #playlist: { readonly text: string } | undefined;
  #newest: number | undefined;
  #oldest: number | undefined;
  #writing: Promise<void> | undefined;
  #again = false;
  /** Counts the times that the playlist began anew: what was rendered before is not valid after. */
  #beginnings = 0;
  /** Segments of before a gap, which are no longer listed. */
  #leftBehind: number[] = [];
  #closed = false;

  constructor(options: RenditionOptions) {
    this.#options = options;
    this.quality = options.quality;
    this.#tree = new RenditionTree({ baseDir: options.streamsDirectory, ...options });
    this.#listed = new Listed(this.segmentSeconds);
  }

  /** The playlist as it was written last; the same object until it is written anew. */
  get playlist(): { readonly text: string } | undefined {
    return this.#playlist;
  }

  /** The last segment that was published. */
  get newest(): number | undefined {
    return this.#newest;
  }

  /** The first segment of those that follow one another to the newest. */
  get oldest(): number | undefined {
    return this.#oldest;
  }

  /**
   * Takes over what an earlier process, or an earlier start, left in the tree and is still within the window, and goes on
   * from what it has listed: players may have its playlist (RFC 8216, 6.2.2).
   */
  async adopt(onAir: number): Promise<number | undefined> {
    await this.#recall();
    const segments = await this.#tree.segments();
    const newest = segments.at(-1);
    const isOfUse =
      newest !== undefined && newest >= onAir - this.#options.windowSegments && newest <= onAir + LEAD_SEGMENTS;
    if (!isOfUse) {
      await this.restartAt(onAir);
      return undefined;
    }
    let oldest = newest;
    while (segments.includes(oldest - 1)) oldest--;
    for (const segment of segments) if (segment < oldest) await this.#tree.remove(segment);
    this.#newest = newest;
    this.#oldest = oldest;
    return newest + 1;
  }

  async #recall(): Promise<void> {
    const { streamsDirectory, channelId, quality } = this.#options;
    try {
      this.#listed.recall(await readFile(getOutputPath(streamsDirectory, channelId, quality), 'utf8'));
    } catch {
      // There is none, or nothing that was written by us: nobody has it.
    }
  }

  /** `isDiscontinuity`: its pictures do not go on from the segment before, though its times do. */
  async publish(segment: number, bytes: Buffer, { isDiscontinuity = false } = {}): Promise<void> {
    if (isDiscontinuity && this.#newest !== undefined) this.#listed.breakAt(segment);
    // Known before it is in the tree: it may be seen there before this goes on.
    this.#oldest ??= segment;
    await this.#tree.write(segment, bytes);
    this.#newest = segment;
    const over = segment - 2 * this.#options.windowSegments - LEAD_SEGMENTS;
    if (over >= this.#oldest + REMOVED_TOGETHER) {
      for (; this.#oldest < over; this.#oldest++) await this.#tree.remove(this.#oldest);
    }
    if (segment >= this.#oldest + this.#options.windowSegments) {
      for (const left of this.#leftBehind.splice(0)) await this.#tree.remove(left);
    }
    this.#publishing.come();
  }

  /** Begins anew at a segment. `isSameEncoder`: as before. */
  async restartAt(segment: number, { isSameEncoder = false } = {}): Promise<void> {
    const goesOn = this.#listed.beginAnewAt(segment, { isSameEncoder });
    await this.#clear({ keepBelow: goesOn ? segment : -Infinity });
  }

  /** Segments below `keepBelow` stay for a while: players still have the list of them. */
  async #clear({ keepBelow = -Infinity } = {}): Promise<void> {
    this.#beginnings++;
    this.#newest = undefined;
    this.#oldest = undefined;
    this.#playlist = undefined;
    this.#leftBehind = [];
    for (const segment of await this.#tree.segments()) {
      if (segment < keepBelow) this.#leftBehind.push(segment);
      else await this.#tree.remove(segment);
    }
    const { streamsDirectory, channelId, quality } = this.#options;
    await rm(getOutputPath(streamsDirectory, channelId, quality), { force: true });
  }

  get segmentSeconds(): number {
    return segmentDuration(this.#options.grid);
  }

  /** A segment's bytes if they are in memory. */
  atHand(segment: number): Buffer | undefined {
    return this.#tree.atHand(segment);
  }

  /** A segment's bytes; undefined where it is not in the tree. */
  read(segment: number): Promise<Buffer | undefined> {
    return this.#tree.read(segment);
  }

  /** A new segment was seen in the tree: the playlist is written, and written once more if others came meanwhile. */
  segmentSeen(): void {
    this.#again = true;
    if (this.#closed || this.#writing !== undefined) return;
    this.#writing = this.#writePlaylists()
      .catch((error: unknown) => this.#options.onFailure(error))
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Resolves when the next playlist is written, at the end, or when the signal aborts. */
  listed(signal: AbortSignal): Promise<void> {
    return this.#listing.next(signal);
  }

  /** Resolves when the next segment is published, at the end, or when the signal aborts. */
  published(signal: AbortSignal): Promise<void> {
    return this.#publishing.next(signal);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#publishing.come();
    this.#listing.come();
    await this.#writing;
    this.#tree.release();
  }

  /** Closes it and takes what it has in the tree away: it may lie in memory. */
  async remove(): Promise<void> {
    await this.close();
    await this.#clear();
  }

  async #writePlaylists(): Promise<void> {
    const { streamsDirectory, channelId, quality, grid, windowSegments, onListed } = this.#options;
    while (this.#again && !this.#closed) {
      this.#again = false;
      const beginning = this.#beginnings;
      const found = await discoverSegments(this.#tree.directory, { durationSeconds: segmentDuration(grid) });
      const oldest = this.#oldest ?? Infinity;
      const segments = found
        .filter(({ sequence }) => sequence >= oldest)
        .map((segment) => ({ ...segment, path: `${quality}/${segment.path}` }));
      const playlist = renderLivePlaylist(grid, segments, windowSegments, this.#listed.discontinuities);
      if (playlist === undefined) continue;
      validateMediaPlaylist(playlist);
      await writePlaylistAtomic(getOutputPath(streamsDirectory, channelId, quality), playlist);
      if (beginning !== this.#beginnings) {
        this.#again = true;
        continue;
      }
      this.#playlist = { text: playlist };
      this.#listed.tell(segments.at(-1)?.sequence ?? -1);
      onListed();
      this.#listing.come();
    }
  }
}
