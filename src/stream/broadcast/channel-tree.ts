import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { channelMasterPlaylist } from '../../playlist/channel-master-playlist.ts';
import { writePlaylistAtomic } from '../../playlist/writer.ts';
import { createSegmentDirectories } from '../../segments/cleanup.ts';
import { masterPlaylistPath, segmentDirectory } from '../../segments/paths.ts';
import { SegmentWatcher } from '../../segments/segment-watcher.ts';
import type { TellHealth } from '../../shared/health.ts';
import { Turns } from '../../shared/turns.ts';

export interface ChannelTreeOptions {
  readonly streamsDirectory: string;
  /** As it is at that moment. */
  readonly channel: () => Channel;
  /** Those that have a folder. */
  readonly qualities: () => readonly Quality[];
  readonly onSegment: (quality: Quality) => void;
  readonly onFailure: (error: unknown) => void;
  /** Why the tree is looked through instead of watched. */
  readonly onPolling: TellHealth;
}

/** Makes a channel's part of the segment output tree: a folder for each quality, and the master playlist. */
export async function makeChannelTree(
  streamsDirectory: string,
  channel: Channel,
  qualities: readonly Quality[],
): Promise<void> {
  await createSegmentDirectories(streamsDirectory, channel.id, qualities);
  await writePlaylistAtomic(
    masterPlaylistPath(streamsDirectory, channel.id),
    channelMasterPlaylist(gridOf(channel), channel.qualities),
  );
}

/** Watches a channel's part of the tree, which is there, and makes it anew where that is needed. */
export class ChannelTree {
  readonly #options: ChannelTreeOptions;
  /** It is made anew one time after another. */
  readonly #remaking = new Turns();
  #watcher: SegmentWatcher;
  #isSettled = false;

  constructor(options: ChannelTreeOptions) {
    this.#options = options;
    this.#watcher = this.#watch();
  }

  /** Makes what there should be now, and watches it: a folder that was removed is watched no more, though there is one again. */
  remake(): Promise<void> {
    return this.#remaking.take(async () => {
      if (this.#isSettled) return;
      const { streamsDirectory, channel, qualities } = this.#options;
      await makeChannelTree(streamsDirectory, channel(), qualities());
      await this.#watcher.close();
      this.#watcher = this.#watch();
    });
  }

  /** Nothing is made from now on. */
  async settle(): Promise<void> {
    this.#isSettled = true;
    await this.#remaking.over();
  }

  /** Ends the watcher of one that is settled. What there is stays. */
  async close(): Promise<void> {
    await this.#watcher.close();
  }

  #watch(): SegmentWatcher {
    const { streamsDirectory, channel, qualities, onSegment, onFailure, onPolling } = this.#options;
    const directories = qualities().map((quality) => segmentDirectory(streamsDirectory, channel().id, quality));
    return new SegmentWatcher(directories, { onSegment, onError: onFailure, onPolling });
  }
}
