import { adviceOn, classifyFFmpegError, type FFmpegErrorCause, lineAbout } from '../ffmpeg/failure.ts';
import { segmentDuration } from '../schedule/grid.ts';
import type { ReelJob } from './reel-job.ts';
import type { RunOutcome } from './run.ts';

/** Why a run did not hand in all that it should have. */
export type RunFailureCause = FFmpegErrorCause | 'no answer' | 'ends early';

const ADVICE = {
  'no answer': 'check that its disk or network share answers',
  'ends early': 'the file is cut off; replace it',
} as const;

/** A failure in words: what happened where, and what to do. */
export interface RunFailure {
  readonly cause: RunFailureCause;
  readonly message: string;
  readonly advice: string;
}

type Said = Pick<RunOutcome, 'lines' | 'problem'>;

/** `hung`: it was ended because it stood still. `endsEarly`: nothing failed, but the file holds no more. */
export function runFailure(
  { inputFile, format }: ReelJob,
  outcome: Said & Pick<RunOutcome, 'taken'>,
  { hung, endsEarly }: { readonly hung: boolean; readonly endsEarly: boolean },
): RunFailure {
  const cause = hung ? 'no answer' : endsEarly ? 'ends early' : causeOf(outcome);
  const words =
    cause === 'no answer' ? 'ffmpeg stood still' : cause === 'ends early' ? '' : lineAbout(cause, allSaid(outcome));
  const at = `${inputFile} at ${momentOf(outcome.taken * segmentDuration(format.grid))}`;
  return {
    cause,
    message: `${at}: ${cause === 'unknown' ? 'it cannot be had' : cause}${words === '' ? '' : ` (${words})`}`,
    advice: cause === 'no answer' || cause === 'ends early' ? ADVICE[cause] : adviceOn(cause),
  };
}

/** Why it failed, as far as ffmpeg and the pieces tell. */
export function causeOf(said: Said): FFmpegErrorCause {
  return classifyFFmpegError(allSaid(said));
}

/** Not the item's fault, and perhaps over soon: it is never given up for it. */
export function isPassing(cause: RunFailureCause): boolean {
  return cause === 'disk full' || cause === 'out of memory' || cause === 'not writable';
}

/** The file itself could not be read: it may be there again at any time. */
export function isUnreachable(cause: RunFailureCause): boolean {
  return cause === 'missing file' || cause === 'unreadable' || cause === 'no answer';
}

/** What ffmpeg said, and what was wrong with its pieces. */
export function allSaid({ lines, problem }: Said): readonly string[] {
  return problem === undefined ? lines : [...lines, problem];
}

/** h:mm:ss */
function momentOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${twoDigits(Math.floor(whole / 60) % 60)}:${twoDigits(whole % 60)}`;
}
