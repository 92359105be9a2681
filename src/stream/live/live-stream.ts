import type { Channel } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { cleanupSegments } from '../../segments/cleanup.ts';
import { channelDirectory } from '../../segments/paths.ts';
import { AppError } from '../../shared/errors.ts';
import type { TellHealth } from '../../shared/health.ts';
import { Audience } from '../viewers/audience.ts';
import { Broadcast, type BroadcastEvents, type BroadcastTools } from '../broadcast/broadcast.ts';
import type { Published } from '../playout/playout.ts';
import type { ProgrammeWindow } from '../plan/programme-window.ts';
import { Retry } from '../session/retry.ts';
import type { Shows } from '../playout/screen.ts';
import type { StreamSession } from '../session/session.ts';
import {
  canTransitionTo,
  STATE_ACTIVE,
  STATE_FAILED,
  STATE_IDLE,
  STATE_STARTING,
  STATE_STOPPING,
} from '../session/state.ts';
import { streamQuality } from '../session/stream-quality.ts';
import type { Workload } from '../admission/workload.ts';

export interface LiveStreamOptions {
  /** That of the channel, new. */
  readonly session: StreamSession;
  readonly channel: Channel;
  readonly tools: BroadcastTools;
  readonly gracePeriodMs: number;
  readonly admit: BroadcastEvents['admit'];
  /** It failed too often and should be stopped. */
  readonly onGivenUp: () => void;
  /** Why it cannot be aired, or that it can. */
  readonly tellHealth: TellHealth;
  /** A segment more is on air. */
  readonly onPublished: (published: Published) => void;
}

/** A channel's stream from its start to its stop: the session, its viewers, and what is on air for them. */
export class LiveStream {
  readonly session: StreamSession;
  readonly broadcast: Broadcast;
  readonly #options: LiveStreamOptions;
  readonly #audience: Audience;
  readonly #retry: Retry;
  #isClosing = false;
  #shows: Shows | undefined;

  private constructor(options: LiveStreamOptions, window: ProgrammeWindow) {
    const { session, channel, tools, onGivenUp, tellHealth, admit } = options;
    this.#options = options;
    this.session = session;
    this.#audience = new Audience(() => tools.clock.elapsed());
    this.#retry = new Retry({
      ...{ session, clock: tools.clock, logger: tools.logger, tellHealth, onGivenUp },
      channelName: () => this.channel.name,
      startAgain: () => this.broadcast.startAgain(),
    });
    this.broadcast = new Broadcast(channel, window, tools, {
      onListed: () => this.#listed(),
      onFailure: (error) => this.#retry.failed(error),
      onShows: (shows) => {
        this.#shows = shows;
        this.#tellOfCard();
      },
      onPublished: (published) => this.#published(published),
      isWatched: (quality) => this.#audience.isWatched(quality),
      admit,
    });
  }

  /** Makes the channel's tree and reads its plan; nothing is encoded yet. */
  static async open(options: LiveStreamOptions): Promise<LiveStream> {
    const { session, channel, tools } = options;
    session.setOutputDir(channelDirectory(tools.streamsDirectory, channel.id));
    session.setSegmentPath(streamQuality(tools.streamsDirectory, channel.id, channel.tunerQuality).segmentPath);
    session.setState(STATE_STARTING);
    return new LiveStream(options, await Broadcast.prepare(channel, tools));
  }

  /** As it was when the stream was opened, or changed last. */
  get channel(): Channel {
    return this.broadcast.channel;
  }

  /** Its viewers stay with what they watch, whatever the channel offers now. */
  async changeChannel(channel: Channel): Promise<void> {
    if (this.#isClosing) return;
    this.session.setSegmentPath(this.#qualityOf(channel.tunerQuality).segmentPath);
    await this.broadcast.changeChannel(channel);
  }

  /** Puts a quality on air without a viewer: for the grace period it is kept going as if there were one. */
  async start(quality: Quality): Promise<void> {
    const isBack = !this.#audience.isWatched(quality);
    this.session.updateLastAccess();
    this.#audience.expect(quality, this.#options.gracePeriodMs);
    await this.#tuneIn(quality, { isBack });
  }

  /** Nobody watches it, and nothing of it is on air. */
  get isUnused(): boolean {
    return !this.session.isActive() && this.broadcast.qualities.length === 0;
  }

  /** What is to be done for the qualities that somebody watches, but for those that are this viewer's alone. */
  workloads({ viewer, entering }: { viewer: string | undefined; entering: Quality | undefined }): Workload[] {
    return this.broadcast.workloads(
      (quality) => quality !== entering && this.#audience.isWatched(quality) && !this.#audience.isOnly(quality, viewer),
    );
  }

  /** The qualities that somebody watches. */
  watchedQualities(): Quality[] {
    return this.broadcast.qualities.filter((quality) => this.#audience.isWatched(quality));
  }

  /**
   * A viewer more: puts the quality on air, at what is on now if nobody watched it meanwhile. One that has a name may be
   * in several qualities; it counts once.
   */
  async join(quality: Quality, viewer?: string): Promise<void> {
    const isBack = !this.#audience.isWatched(quality);
    this.session.updateLastAccess();
    if (this.#audience.join(quality, viewer)) this.session.incrementClients();
    try {
      await this.#tuneIn(quality, { isBack, viewer });
    } catch (error) {
      this.#countOut(quality, viewer);
      throw error;
    }
    this.#tell(quality, 'tuned in to');
  }

  /** A viewer less, of those that watch this quality. */
  leave(quality: Quality, viewer?: string): void {
    if (this.#countOut(quality, viewer)) this.#tell(quality, 'tuned out of');
  }

  /** Whether a viewer of that name is here, in whatever quality. */
  hasViewer(viewer: string): boolean {
    return this.#audience.has(viewer);
  }

  /** Takes qualities off the air that nobody has watched for the grace period. */
  async stopAbandoned(): Promise<void> {
    for (const quality of this.#audience.qualities()) {
      // Looked at anew for each: somebody may have come while the one before was ended.
      if (!this.#audience.isAbandoned(quality, this.#options.gracePeriodMs)) continue;
      this.#audience.forget(quality);
      await this.broadcast.stopRendition(quality);
    }
    this.#setQualities();
  }

  /** Ends playout, watcher, writer and then what is left of the tree. */
  async close(endRuns: () => Promise<void>): Promise<void> {
    this.#isClosing = true;
    const hasFailed = this.session.getState() === STATE_FAILED;
    if (!hasFailed) this.session.setState(STATE_STOPPING);
    this.#retry.cancel();
    try {
      await this.broadcast.close();
      await endRuns();
      await cleanupSegments(this.session.getOutputDir());
    } finally {
      this.session.setState(STATE_IDLE);
    }
  }

  async #tuneIn(quality: Quality, how: { isBack: boolean; viewer?: string | undefined }): Promise<void> {
    if (!this.#isClosing) await this.broadcast.tuneIn(quality, how);
    // Before it, or meanwhile.
    if (this.#isClosing) {
      throw new AppError('stream_not_found', `stream not found: "${this.channel.name}" was stopped; ask again`);
    }
    this.#setQualities();
  }

  /** False where nobody watches that quality. */
  #countOut(quality: Quality, viewer: string | undefined): boolean {
    const { wasThere, isGone } = this.#audience.leave(quality, viewer);
    if (isGone) this.session.decrementClients();
    this.session.updateLastAccess();
    return wasThere;
  }

  #published(published: Published): void {
    this.session.countSegment(published);
    this.#options.onPublished(published);
  }

  #tellOfCard(): void {
    this.session.resetErrors();
    if (this.#shows?.kind === 'card') this.session.setLastError(this.#shows.why);
  }

  #listed(): void {
    if (!canTransitionTo(this.session.getState(), STATE_ACTIVE)) return;
    this.session.setState(STATE_ACTIVE);
    // What failed before is over; what is listed may be a card all the same.
    this.#tellOfCard();
    this.#options.tellHealth(undefined);
  }

  #setQualities(): void {
    this.session.setQualities(this.broadcast.qualities.map((quality) => this.#qualityOf(quality)));
  }

  #qualityOf(quality: Quality) {
    return streamQuality(this.#options.tools.streamsDirectory, this.channel.id, quality);
  }

  #tell(quality: Quality, what: 'tuned in to' | 'tuned out of'): void {
    const { name } = this.channel;
    const viewers = this.session.getClientCount();
    this.#options.tools.logger.info(
      { channel: name, quality, viewers },
      `a viewer ${what} "${name}", ${viewers} watching`,
    );
  }
}
