import { launchFFmpeg, terminateProcess } from '../ffmpeg/process.ts';
import type { Progress } from '../ffmpeg/progress.ts';
import type { Logger } from '../shared/logger.ts';
import type { LaunchRun } from './run.ts';

/** Runs over a real ffmpeg. */
export function runLauncher(ffmpegPath: string, logger: Logger): LaunchRun {
  return (args, { niceness, onProgress: onAdvance, name }) => {
    let furthest = '';
    // Newer versions report at fixed times, also while nothing gets on.
    const onProgress = ({ frame, outTimeMs }: Progress): void => {
      const reached = `${frame} ${outTimeMs}`;
      if (reached !== furthest) onAdvance();
      furthest = reached;
    };
    const child = launchFFmpeg(args, { ffmpegPath, niceness, onProgress, name, logger });
    return {
      pid: child.pid ?? 0,
      exited: child.exited.then(({ exitCode, stderr, error }) => ({
        exitCode,
        lines: error === null ? stderr : [...stderr, error.message],
      })),
      terminate: () => terminateProcess(child),
    };
  };
}
