import { AppError } from '../shared/errors.ts';
import { EXIT } from './exit-codes.ts';

/** Judges a source; what is wrong with it is counted, and told in the text. */
export type Judge = (
  source: string,
  options: { seconds: number; ffmpegPath: string; signal: AbortSignal; onProgress: (words: string) => void },
) => Promise<{ readonly text: string; readonly faults: number }>;

export interface RunVerifyOptions {
  readonly seconds: string;
  readonly ffmpegPath: string;
  readonly judge: Judge;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Prints what the judge says of a source and gives the exit code. */
export async function runVerify(source: string, options: RunVerifyOptions): Promise<number> {
  const { ffmpegPath, judge, print, printError, signal } = options;
  const seconds = Number(options.seconds);
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw new AppError('invalid_settings', `--seconds is "${options.seconds}"; allowed: a number above 0, up to 86400`);
  }
  const onProgress = (words: string): void => printError(`${words}\n`);
  const { text, faults } = await judge(source, { seconds, ffmpegPath, signal, onProgress });
  print(text.endsWith('\n') ? text : `${text}\n`);
  return faults > 0 ? EXIT.failed : EXIT.fine;
}
