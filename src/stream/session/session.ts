import { v4 as uuid } from 'uuid';
import { messageOf } from '../../shared/errors.ts';
import type { Published } from '../playout/playout.ts';
import type { StreamState } from './state.ts';
import { STATE_IDLE, transition } from './state.ts';
import type { StreamQuality, StreamQualityJson } from './stream-quality.ts';
import { streamQualityJson } from './stream-quality.ts';

/** A session as the API says it; times are ISO 8601. */
export interface StreamSessionJson {
  readonly id: string;
  readonly channel_id: string;
  readonly started_at: string;
  readonly client_count: number;
  readonly ffmpeg_pid: number;
  readonly state: StreamState;
  readonly qualities: readonly StreamQualityJson[];
  readonly last_access_time: string;
  readonly error_count: number;
  readonly last_error: string;
  readonly segment_path: string;
  readonly output_dir: string;
  readonly join_count: number;
  readonly slate_count: number;
  readonly late_count: number;
}

/** A channel's stream while somebody watches, and for the grace period after. Lives in memory only. */
export class StreamSession {
  readonly id = uuid();
  readonly channelId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly #now: () => number;
  readonly #elapsed: () => number;
  #clientCount = 0;
  #ffmpegPid = 0;
  #state: StreamState = STATE_IDLE;
  #qualities: readonly StreamQuality[] = [];
  #lastAccessTime: number;
  /** The same moment on a clock that nobody sets. */
  #lastAccessElapsed: number;
  #errorCount = 0;
  #lastError = '';
  #segmentPath = '';
  #outputDir = '';
  #joinCount = 0;
  #slateCount = 0;
  #lateCount = 0;

  constructor(
    channelId: string,
    { now = Date.now, elapsed = now }: { now?: () => number; elapsed?: () => number } = {},
  ) {
    this.channelId = channelId;
    this.#now = now;
    this.#elapsed = elapsed;
    this.startedAt = now();
    this.#lastAccessTime = this.startedAt;
    this.#lastAccessElapsed = elapsed();
  }

  incrementClients(): void {
    this.#clientCount += 1;
  }

  /** A viewer who tuned out twice leaves nobody below zero. */
  decrementClients(): void {
    this.#clientCount = Math.max(0, this.#clientCount - 1);
  }

  getClientCount(): number {
    return this.#clientCount;
  }

  /** Whether somebody watches. */
  isActive(): boolean {
    return this.#clientCount > 0;
  }

  getState(): StreamState {
    return this.#state;
  }

  /** Refuses what the state machine does not allow (`invalid_transition`) and keeps the old state then. */
  setState(state: StreamState): void {
    this.#state = transition(this.#state, state);
  }

  setQualities(qualities: readonly StreamQuality[]): void {
    this.#qualities = qualities.map((quality) => ({ ...quality }));
  }

  /** A copy: changing it changes nothing here. */
  getQualities(): StreamQuality[] {
    return this.#qualities.map((quality) => ({ ...quality }));
  }

  incrementErrorCount(): void {
    this.#errorCount += 1;
  }

  getErrorCount(): number {
    return this.#errorCount;
  }

  setLastError(error: unknown): void {
    this.#lastError = messageOf(error);
  }

  /** The words of the last error; empty when there is none. */
  getLastError(): string {
    return this.#lastError;
  }

  resetErrors(): void {
    this.#errorCount = 0;
    this.#lastError = '';
  }

  updateLastAccess(): void {
    this.#lastAccessTime = this.#now();
    this.#lastAccessElapsed = this.#elapsed();
  }

  /** Milliseconds since the epoch. */
  getLastAccessTime(): number {
    return this.#lastAccessTime;
  }

  idleDurationMs(): number {
    return this.#elapsed() - this.#lastAccessElapsed;
  }

  /** True once nobody watches and the last access is longer ago than the grace period. */
  shouldCleanup(gracePeriodMs: number): boolean {
    return !this.isActive() && this.idleDurationMs() > gracePeriodMs;
  }

  /** The newest live run's process; 0 when none runs. */
  setFFmpegPID(pid: number): void {
    this.#ffmpegPid = pid;
  }

  getFFmpegPID(): number {
    return this.#ffmpegPid;
  }

  setSegmentPath(path: string): void {
    this.#segmentPath = path;
  }

  getSegmentPath(): string {
    return this.#segmentPath;
  }

  setOutputDir(directory: string): void {
    this.#outputDir = directory;
  }

  getOutputDir(): string {
    return this.#outputDir;
  }

  /** Counts a segment that went on air, in whatever quality. */
  countSegment({ shows, isJoin, isLate }: Pick<Published, 'shows' | 'isJoin' | 'isLate'>): void {
    if (isJoin) this.#joinCount++;
    if (shows.kind === 'card') this.#slateCount++;
    if (isLate) this.#lateCount++;
  }

  toJSON(): StreamSessionJson {
    return {
      id: this.id,
      channel_id: this.channelId,
      started_at: new Date(this.startedAt).toISOString(),
      client_count: this.getClientCount(),
      ffmpeg_pid: this.getFFmpegPID(),
      state: this.getState(),
      qualities: this.getQualities().map(streamQualityJson),
      last_access_time: new Date(this.getLastAccessTime()).toISOString(),
      error_count: this.getErrorCount(),
      last_error: this.getLastError(),
      segment_path: this.getSegmentPath(),
      output_dir: this.getOutputDir(),
      join_count: this.#joinCount,
      slate_count: this.#slateCount,
      late_count: this.#lateCount,
    };
  }
}
