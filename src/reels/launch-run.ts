import { type FFmpegExit, launchFFmpeg, terminateProcess } from '../ffmpeg/process.ts';
import { hasCode } from '../shared/errors.ts';
import type { TellHealth } from '../shared/health.ts';
import type { Logger } from '../shared/logger.ts';
import type { LaunchRun } from './run.ts';

/** Runs over a real ffmpeg; `tellMissing` hears why it cannot be started any more, and when it can again. */
export function runLauncher(ffmpegPath: string, logger: Logger, tellMissing: TellHealth = () => {}): LaunchRun {
  return (args, { niceness, onProgress, name }) => {
    const child = launchFFmpeg(args, { ffmpegPath, niceness, onProgress, name, logger });
    if (child.pid !== undefined) tellMissing(undefined);
    return {
      pid: child.pid ?? 0,
      exited: child.exited.then((exit) => {
        if (child.pid === undefined && exit.error !== null) tellMissing(exit.error.message);
        return { exitCode: exit.exitCode, lines: linesOf(exit) };
      }),
      lowerPriority: (to) => child.lowerPriority(to),
      terminate: (graceMs) => terminateProcess(child, { graceMs }),
    };
  };
}

/** What it said and, where that alone would tell nothing, how it ended. */
function linesOf({ stderr, error, signal }: FFmpegExit): readonly string[] {
  if (error === null) return stderr;
  if (hasCode(error, 'ffmpeg_not_found')) return [...stderr, error.message];
  return signal === null ? stderr : [...stderr, `ffmpeg was ended by ${signal}`];
}
