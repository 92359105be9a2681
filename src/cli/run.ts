import { Command, CommanderError } from 'commander';
import type { Settings } from '../config.ts';
import { locateFFmpeg } from '../ffmpeg/locate.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger, LogLevel } from '../shared/logger.ts';
import { announcedHost } from './announce.ts';
import { type Doctor, runDoctor } from './doctor.ts';
import { EXIT, EXIT_MEANINGS, exitCodeOf } from './exit-codes.ts';
import { type ChannelDesk, runExport, runImport } from './line-up.ts';
import { type LibraryDesk, runLibrary, runSync } from './library.ts';
import { loadSettings } from './load-settings.ts';
import { addSettingOptions } from './options.ts';
import { addRegisterCommand } from './register.ts';
import { renderError } from './report-error.ts';
import type { ServeOptions } from './serve.ts';
import { serve } from './serve.ts';
import type { Judge } from './verify.ts';
import { runVerify } from './verify.ts';
import { readVersion } from '../shared/version.ts';

/** Everything of the process and the rest of the program that the command line touches. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Aborted by the first signal to stop. */
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
  readonly lanAddress: () => string | undefined;
  readonly createLogger: (level: LogLevel) => Promise<Logger>;
  readonly createSidecar: ServeOptions['createSidecar'];
  readonly judge: Judge;
  readonly openDoctor: (options: {
    readonly settings: Settings;
    readonly logger: Logger;
    readonly createSidecar: ServeOptions['createSidecar'];
    readonly host: string;
    readonly signal: AbortSignal;
  }) => Promise<Doctor>;
  /** The key that the sidecar of these settings asks for. */
  readonly ownKey: (settings: Settings) => Promise<string | undefined>;
  readonly openLibraryDesk: (settings: Settings, logger: Logger) => Promise<LibraryDesk>;
  readonly openChannelDesk: (settings: Settings, logger: Logger) => Promise<ChannelDesk>;
  /** What is printed as an error is seen at once, by somebody. */
  readonly isTerminal: boolean;
}

/** Runs the command that these arguments name and gives the exit code; it never throws. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let code: number = EXIT.fine;
  const program = createProgram(surroundings, (result) => (code = result));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (surroundings.signal.aborted) return EXIT.failed;
    surroundings.printError(renderError(error, { debug: wantsDebug(args, surroundings) }));
    return exitCodeOf(error);
  }
}

function createProgram(surroundings: Surroundings, done: (code: number) => void): Command {
  const program = new Command('sidecast')
    .description('Turns a home media library into television channels that are always on.')
    .version(readVersion())
    .exitOverride()
    .configureOutput({ writeOut: surroundings.print, writeErr: surroundings.printError })
    .addHelpText('after', helpAfter);
  const settingsOf = (command: Command): Promise<Settings> => loadSettings(command.optsWithGlobals(), surroundings.env);
  const air = async (_: unknown, command: Command): Promise<void> => {
    const settings = await settingsOf(command);
    const logger = await surroundings.createLogger(settings.logLevel);
    done(await serve({ ...surroundings, settings, logger }));
  };
  addSettingOptions(program).action(air);
  program.command('serve').description('go on air; so does sidecast without a command').action(air);
  program
    .command('verify')
    .description('judge an HLS or MPEG-TS stream or file: its steps, counters, clocks and playlists')
    .argument('<source>', 'a URL or a file')
    .option('--seconds <number>', 'how much of it is judged', '30')
    .action(async (source: string, { seconds }: { seconds: string }, command: Command) => {
      const { ffmpegPath } = await locate(await settingsOf(command), surroundings);
      done(await runVerify(source, { ...surroundings, seconds, ffmpegPath }));
    });
  program
    .command('doctor')
    .description('check the whole way from ffmpeg to each channel, and say what to do where something is wrong')
    .action(async (_: unknown, command: Command) => {
      const settings = await settingsOf(command);
      const { createSidecar, lanAddress, signal } = surroundings;
      const logger = await surroundings.createLogger(settings.logLevel === 'debug' ? 'debug' : 'silent');
      const host = announcedHost(settings, lanAddress());
      await using doctor = await surroundings.openDoctor({ settings, logger, createSidecar, host, signal });
      done(await runDoctor({ doctor, print: surroundings.print }));
    });
  addRegisterCommand(program, surroundings, settingsOf, done);
  const atDeskOf = <T extends AsyncDisposable>(open: (settings: Settings, logger: Logger) => Promise<T>) =>
    async function atDesk(command: Command, work: (desk: T) => Promise<number>): Promise<void> {
      const settings = await settingsOf(command);
      const logger = await surroundings.createLogger(settings.logLevel);
      await using desk = await open(settings, logger);
      done(await work(desk));
    };
  const atDesk = atDeskOf(surroundings.openLibraryDesk);
  addChannelCommands(program, surroundings, atDeskOf(surroundings.openChannelDesk));
  program
    .command('library')
    .description('tell what was found in the libraries, and what is missing or cannot be aired')
    .option('--json', 'as JSON, for programs')
    .action(async ({ json = false }: { json?: boolean }, command: Command) =>
      atDesk(command, (desk) => runLibrary({ ...surroundings, desk, json })),
    );
  program
    .command('sync')
    .description('look through the libraries now')
    .option('--allow-removals', 'let items leave that are no longer found, however many')
    .action(async ({ allowRemovals = false }: { allowRemovals?: boolean }, command: Command) =>
      atDesk(command, (desk) => runSync({ ...surroundings, desk, mayShrink: allowRemovals })),
    );
  return program;
}

function addChannelCommands(
  program: Command,
  { print }: Surroundings,
  atDesk: (command: Command, work: (desk: ChannelDesk) => Promise<number>) => Promise<void>,
): void {
  program
    .command('export')
    .description('print all channels as one document')
    .option('--format <format>', 'json or yaml', 'json')
    .action(async ({ format }: { format: string }, command: Command) =>
      atDesk(command, (desk) => runExport({ desk, print, format })),
    );
  program
    .command('import')
    .description('make channels as such a document says')
    .argument('<file>', 'JSON or YAML, as sidecast export prints it')
    .option('--replace', 'remove all channels that it does not name')
    .option('--change-format', 'change tuner_quality of channels, though media servers remember it for up to 30 days')
    .action(async (file: string, flags: { replace?: boolean; changeFormat?: boolean }, command: Command) => {
      const { replace = false, changeFormat: mayChangeFormat = false } = flags;
      return atDesk(command, (desk) => runImport(file, { desk, print, replace, mayChangeFormat }));
    });
}

function locate({ ffmpegPath, ffprobePath }: Settings, { env }: Surroundings): ReturnType<typeof locateFFmpeg> {
  return locateFFmpeg({ ffmpegPath, ffprobePath, env: { PATH: env['PATH'] } });
}

/** Told even of arguments that could not be read. */
function wantsDebug(args: readonly string[], { env }: Surroundings): boolean {
  return env['SIDECAST_LOG_LEVEL'] === 'debug' || /--log-level[ =]debug/.test(args.join(' '));
}

const helpAfter = `
Every setting may also be given in the environment (--segment-seconds is SIDECAST_SEGMENT_SECONDS) or in a settings
file (segment_seconds: 2); SIDECAST_API_KEY only there, since other users of the machine see command lines. The command line beats the environment, which beats the file. Lists repeat on the command
line and are parted by commas in the environment.

Exit codes:
${EXIT_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}`;
