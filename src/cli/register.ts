import type { Command } from 'commander';
import type { Settings } from '../config.ts';
import type { JellyfinLogin } from '../register/jellyfin-api.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { announcedHost } from './announce.ts';
import { EXIT } from './exit-codes.ts';

export interface RegisterSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
  readonly lanAddress: () => string | undefined;
  /** The key of the sidecar with these settings, where it has one. */
  readonly ownKey: (settings: Settings) => Promise<string | undefined>;
}

interface HostFlags {
  readonly url: string;
  readonly address?: string;
  readonly remove?: boolean;
}

interface JellyfinFlags extends HostFlags {
  readonly apiKey?: string;
  readonly user?: string;
}

interface PlexFlags extends HostFlags {
  readonly token?: string;
}

/** What registering at any host takes. */
interface Registering {
  readonly url: string;
  readonly address: string;
  /** What Sidecast's own API asks for. */
  readonly ownKey: string | undefined;
  readonly clock: RegisterSurroundings['clock'];
  readonly say: (words: string) => void;
}

const ADDRESS = [
  '--address <url>',
  'where it reaches Sidecast; this machine in the local network unless told',
] as const;
const REMOVE = ['--remove', 'take everything away again'] as const;

/** Gives a program `register jellyfin` and `register plex`. `done` takes the exit code. */
export function addRegisterCommand(
  program: Command,
  surroundings: RegisterSurroundings,
  settingsOf: (command: Command) => Promise<Settings>,
  done: (code: number) => void,
): void {
  const register = program.command('register').description('add the tuner and the guide to a media server');
  register
    .command('jellyfin')
    .description('to a Jellyfin, 10.8 or newer; run again it changes nothing')
    .requiredOption('--url <url>', 'where Jellyfin is, such as http://nas:8096')
    .option('--api-key <key>', 'a key of its dashboard (also JELLYFIN_API_KEY)')
    .option('--user <name>', 'or an administrator, the password in JELLYFIN_PASSWORD')
    .option(...ADDRESS)
    .option(...REMOVE)
    .action(async (flags: JellyfinFlags, command: Command) => {
      const registering = await registeringOf(flags, await settingsOf(command), surroundings);
      const options = { ...registering, login: loginOf(flags, surroundings.env) };
      const { registerAtJellyfin, removeFromJellyfin } = await import('../register/jellyfin.ts');
      const host = { register: () => registerAtJellyfin(options), remove: () => removeFromJellyfin(options) };
      done(await registerOrRemove(flags, registering, { ...host, name: 'Jellyfin' }));
    });
  register
    .command('plex')
    .description('to a Plex Media Server; run again it changes nothing')
    .requiredOption('--url <url>', 'where Plex is, such as http://nas:32400')
    .option('--token <token>', 'an X-Plex-Token of its owner (also PLEX_TOKEN)')
    .option(...ADDRESS)
    .option(...REMOVE)
    .action(async (flags: PlexFlags, command: Command) => {
      const registering = await registeringOf(flags, await settingsOf(command), surroundings);
      const options = { ...registering, token: tokenOf(flags, surroundings.env) };
      const { registerAtPlex, removeFromPlex } = await import('../register/plex.ts');
      const host = { register: () => registerAtPlex(options), remove: () => removeFromPlex(options) };
      done(await registerOrRemove(flags, registering, { ...host, name: 'Plex' }));
    });
}

async function registerOrRemove(
  { remove = false }: HostFlags,
  { say }: Registering,
  host: {
    readonly name: string;
    readonly register: () => Promise<{ readonly missing: readonly string[] }>;
    readonly remove: () => Promise<number>;
  },
): Promise<number> {
  if (remove) {
    const count = await host.remove();
    say(count === 0 ? 'Nothing of Sidecast was there.' : 'The tuner and the guide are taken away.');
    return EXIT.fine;
  }
  const { missing } = await host.register();
  const isWhole = missing.length === 0;
  say(isWhole ? `All channels are in ${host.name}, with their programmes.` : 'Some are missing; see its log.');
  return isWhole ? EXIT.fine : EXIT.failed;
}

async function registeringOf(
  flags: HostFlags,
  settings: Settings,
  surroundings: RegisterSurroundings,
): Promise<Registering> {
  const { clock, print } = surroundings;
  const say = (words: string): void => print(`${words}\n`);
  const ownKey = await surroundings.ownKey(settings);
  return { url: flags.url, address: addressOf(flags, settings, surroundings), ownKey, clock, say };
}

function tokenOf({ token }: PlexFlags, env: RegisterSurroundings['env']): string {
  const given = token ?? env['PLEX_TOKEN'];
  if (given) return given;
  throw new AppError('invalid_settings', 'say who you are: --token TOKEN, or PLEX_TOKEN in the environment');
}

function loginOf({ apiKey, user }: JellyfinFlags, env: RegisterSurroundings['env']): JellyfinLogin {
  const key = apiKey ?? (user === undefined ? env['JELLYFIN_API_KEY'] : undefined);
  if (key) return { kind: 'key', key };
  if (user) return { kind: 'user', name: user, password: env['JELLYFIN_PASSWORD'] ?? '' };
  throw new AppError('invalid_settings', 'say who you are: --api-key KEY, or --user NAME with JELLYFIN_PASSWORD set');
}

function addressOf({ address }: HostFlags, settings: Settings, { lanAddress }: RegisterSurroundings): string {
  const given = address ?? settings.baseUrl ?? `http://${announcedHost(settings, lanAddress())}:${settings.port}`;
  if (!/^https?:\/\/[^/?#]/.test(given)) {
    throw new AppError(
      'invalid_settings',
      `--address is "${given}"; allowed: a URL that begins with http:// or https://`,
    );
  }
  return given.replace(/\/+$/, '');
}
