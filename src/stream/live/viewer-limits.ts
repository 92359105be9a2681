import { AppError } from '../../shared/errors.ts';
import type { LiveStream } from './live-stream.ts';
import type { SessionManager } from '../session/session-manager.ts';

export interface ViewerLimitsOptions {
  /** Viewers at most: of all channels, and of one. */
  readonly maxViewers: number;
  readonly maxViewersPerChannel: number;
  /** Viewers that count, but have no stream on air: all, or those of a channel. */
  readonly viewersElsewhere?: ((channelId?: string) => number) | undefined;
}

/** The places that there are for viewers, of all channels and of each. */
export class ViewerLimits {
  readonly #options: ViewerLimitsOptions;
  readonly #sessions: SessionManager;

  constructor(options: ViewerLimitsOptions, sessions: SessionManager) {
    this.#options = options;
    this.#sessions = sessions;
  }

  /** `too_many_viewers` where one more of a channel is too many. Who is here already is let in once more. */
  refuse(channelId: string, stream: LiveStream | undefined, viewer?: string): void {
    const { maxViewers, maxViewersPerChannel, viewersElsewhere = () => 0 } = this.#options;
    if (viewer !== undefined && stream?.hasViewer(viewer)) return;
    const all = this.#sessions.list().reduce((sum, session) => sum + session.getClientCount(), 0);
    if (all + viewersElsewhere() >= maxViewers)
      throw tooManyViewers(`all ${maxViewers} places are taken`, 'SIDECAST_MAX_VIEWERS');
    const here = (stream?.session.getClientCount() ?? 0) + viewersElsewhere(channelId);
    if (here >= maxViewersPerChannel) {
      const name = stream === undefined ? 'this channel' : `"${stream.channel.name}"`;
      const what = `all ${maxViewersPerChannel} places of ${name} are taken`;
      throw tooManyViewers(what, 'SIDECAST_MAX_VIEWERS_PER_CHANNEL');
    }
  }
}

function tooManyViewers(what: string, setting: string): AppError {
  return new AppError('too_many_viewers', `too many viewers: ${what}; try again later, or raise ${setting}`);
}
