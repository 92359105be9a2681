import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { classifyFFmpegError, type FFmpegErrorCause, lineAbout } from '../ffmpeg/failure.ts';
import type { ReelJob } from './reel-job.ts';

/** Failures that another encoder would meet, too. */
const NOT_THE_ENCODER: readonly FFmpegErrorCause[] = [
  'missing file',
  'unreadable',
  'corrupt',
  'disk full',
  'not writable',
];
/** Failures in which the encoder itself is named. */
const THE_ENCODER: readonly FFmpegErrorCause[] = ['device lost', 'no such encoder'];

export interface EncodersHereOptions {
  /** The best one that has proven itself. */
  readonly best: EncoderFamily;
  /** Develops something with it: whether it works at this moment. */
  readonly prove: (encoder: EncoderFamily) => Promise<boolean>;
  /** The best one failed, in words, or works again. */
  readonly onChange: (encoder: EncoderFamily, problem: string | undefined) => void;
}

type FailureListener = (key: string) => void;

/** The encoders of this machine: the best one, as long as it works, and software. */
export class EncodersHere {
  readonly #options: EncodersHereOptions;
  readonly #listeners = new Set<FailureListener>();
  #isLost = false;

  constructor(options: EncodersHereOptions) {
    this.#options = options;
  }

  /** Those that new renditions may be developed with, best first. */
  get usable(): readonly [EncoderFamily, ...EncoderFamily[]] {
    const { best } = this.#options;
    return best === 'none' || this.#isLost ? ['none'] : [best, 'none'];
  }

  /** All in which reels may have been developed. */
  get all(): readonly EncoderFamily[] {
    return [...new Set([this.#options.best, 'none' as const])];
  }

  /** Calls back with the reel that its encoder could not develop. */
  onFailure(listener: FailureListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A run failed, with these last words: finds out whether it was the encoder's fault. */
  async judge(job: ReelJob, lines: readonly string[]): Promise<void> {
    const { encoder } = job.format;
    if (encoder === 'none') return;
    const cause = classifyFFmpegError(lines);
    if (NOT_THE_ENCODER.includes(cause)) return;
    if (!THE_ENCODER.includes(cause) && (await this.#options.prove(encoder))) return;
    this.#isLost = true;
    this.#options.onChange(encoder, lineAbout(cause, lines) || 'it no longer answers');
    for (const listener of this.#listeners) listener(job.key);
  }

  /** Looks whether an encoder that failed works again, for renditions that begin from now on. */
  async proveAgain(): Promise<void> {
    const { best, prove, onChange } = this.#options;
    if (!this.#isLost || !(await prove(best))) return;
    this.#isLost = false;
    onChange(best, undefined);
  }
}
