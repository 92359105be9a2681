import { launchFFmpeg, terminateProcess } from '../ffmpeg/process.ts';
import type { Logger } from '../shared/logger.ts';
import type { LaunchRun } from './run.ts';

/** Runs over a real ffmpeg. */
export function runLauncher(ffmpegPath: string, logger: Logger): LaunchRun {
  return (args, { niceness, onProgress, name }) => {
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
