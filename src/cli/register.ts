import type { Command } from 'commander';
import type { Settings } from '../config.ts';
import type { JellyfinLogin } from '../register/jellyfin.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { announcedHost } from './announce.ts';
import { EXIT } from './exit-codes.ts';

export interface RegisterSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
  readonly lanAddress: () => string | undefined;
}

interface JellyfinFlags {
  readonly url: string;
  readonly apiKey?: string;
  readonly user?: string;
  readonly address?: string;
  readonly remove?: boolean;
}

/** Gives a program `register jellyfin`. `done` takes the exit code. */
export function addRegisterCommand(
  program: Command,
  surroundings: RegisterSurroundings,
  settingsOf: (command: Command) => Promise<Settings>,
  done: (code: number) => void,
): void {
  program
    .command('register')
    .description('add the tuner and the guide to a media server')
    .command('jellyfin')
    .description('to a Jellyfin, 10.8 or newer; run again it changes nothing')
    .requiredOption('--url <url>', 'where Jellyfin is, such as http://nas:8096')
    .option('--api-key <key>', 'a key of its dashboard (also JELLYFIN_API_KEY)')
    .option('--user <name>', 'or an administrator, the password in JELLYFIN_PASSWORD')
    .option('--address <url>', 'where Jellyfin reaches Sidecast; this machine in the local network unless told')
    .option('--remove', 'take both away again')
    .action(async (flags: JellyfinFlags, command: Command) => {
      done(await atJellyfin(flags, await settingsOf(command), surroundings));
    });
}

async function atJellyfin(
  flags: JellyfinFlags,
  settings: Settings,
  surroundings: RegisterSurroundings,
): Promise<number> {
  const { clock, print } = surroundings;
  const { registerAtJellyfin, removeFromJellyfin } = await import('../register/jellyfin.ts');
  const say = (words: string): void => print(`${words}\n`);
  const login = loginOf(flags, surroundings.env);
  const options = { url: flags.url, login, address: addressOf(flags, settings, surroundings), clock, say };
  if (flags.remove === true) {
    const count = await removeFromJellyfin(options);
    say(count === 0 ? 'Nothing of Sidecast was there.' : 'The tuner and the guide are taken away.');
    return EXIT.fine;
  }
  const { missing } = await registerAtJellyfin(options);
  say(missing.length === 0 ? 'All channels are in Jellyfin, with their programmes.' : 'Some are missing; see its log.');
  return missing.length === 0 ? EXIT.fine : EXIT.failed;
}

function loginOf({ apiKey, user }: JellyfinFlags, env: RegisterSurroundings['env']): JellyfinLogin {
  const key = apiKey ?? (user === undefined ? env['JELLYFIN_API_KEY'] : undefined);
  if (key) return { kind: 'key', key };
  if (user) return { kind: 'user', name: user, password: env['JELLYFIN_PASSWORD'] ?? '' };
  throw new AppError('invalid_settings', 'say who you are: --api-key KEY, or --user NAME with JELLYFIN_PASSWORD set');
}

function addressOf({ address }: JellyfinFlags, settings: Settings, { lanAddress }: RegisterSurroundings): string {
  const given = address ?? settings.baseUrl ?? `http://${announcedHost(settings, lanAddress())}:${settings.port}`;
  if (!/^https?:\/\/[^/?#]/.test(given)) {
    throw new AppError(
      'invalid_settings',
      `--address is "${given}"; allowed: a URL that begins with http:// or https://`,
    );
  }
  return given.replace(/\/+$/, '');
}
