import type { Channel } from '../../src/catalog/channels/channel.ts';
import { run, type Surroundings } from '../../src/cli/run.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { AIRINGS, CHANNEL_SERVICE, LISTING, startSidecar } from '../http/sidecar.ts';

/** A sidecar that has the channels that it is told of at the time. */
export function startSidecarWith(channels: () => readonly Channel[], listing = LISTING) {
  const list = async () => channels();
  return startSidecar({
    listing,
    channels: { ...CHANNEL_SERVICE, list },
    guide: { channels: list, airings: async () => AIRINGS },
  });
}

/** The command line of `register`; time passes at once. */
export async function register(
  host: 'jellyfin' | 'plex',
  url: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  let output = '';
  let elapsed = 0;
  const say = (text: string) => (output += text);
  const surroundings: Surroundings = {
    env,
    print: say,
    printError: say,
    signal: new AbortController().signal,
    clock: {
      elapsed: () => elapsed,
      after: (delayMs, action) => {
        elapsed += delayMs;
        setImmediate(action);
        return { cancel() {} };
      },
    },
    lanAddress: () => '127.0.0.1',
    ownKey: async () => undefined,
    createLogger: async () => silentLogger,
    createSidecar: () => Promise.reject(new Error('not for this')),
    judge: () => Promise.reject(new Error('not for this')),
    openDoctor: () => Promise.reject(new Error('not for this')),
    openLibraryDesk: () => Promise.reject(new Error('not for this')),
    openChannelDesk: () => Promise.reject(new Error('not for this')),
    isTerminal: false,
  };
  const code = await run(['register', host, '--url', url, ...args], surroundings);
  return { code, output };
}
