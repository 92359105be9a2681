import { AppError } from '../shared/errors.ts';

/** A stream that somebody has just tuned in to, or asked for, has ended meanwhile. */
export function notOnAir(channelId: string): AppError {
  return new AppError('stream_not_found', `stream not found: channel ${channelId} has just been stopped; ask again`);
}
