import type { Settings } from '../config.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { messageOf } from '../shared/errors.ts';
import type { Addresses } from '../tuner/channel-address.ts';
import { announcedHosts, renderAddresses, renderChannels, renderNewKey } from './announce.ts';
import { EXIT } from './exit-codes.ts';

/** What the command line needs of a sidecar. */
export interface ServedSidecar {
  start(): Promise<unknown>;
  stop(): Promise<void>;
  urls(): Addresses;
  readonly newApiKey: string | undefined;
  readonly onFirstChannels: Promise<void>;
}

export interface ServeOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'after'>;
  readonly createSidecar: (options: { settings: Settings; logger: Logger }) => Promise<ServedSidecar>;
  readonly lanAddress: () => string | undefined;
  readonly print: (text: string) => void;
  /** Aborted when the sidecar shall stop. */
  readonly signal: AbortSignal;
}

const STOP_LIMIT_MS = 8000;

/** Airs until `signal` is aborted, then stops in order, and gives the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  const { settings, logger, createSidecar, print, signal } = options;
  const sidecar = await createSidecar({ settings, logger });
  const stopRequested = aborted(signal);
  try {
    await Promise.race([sidecar.start(), stopRequested]);
    if (!signal.aborted) {
      const hosts = announcedHosts(settings, options.lanAddress());
      print(renderAddresses(sidecar.urls(), hosts));
      if (sidecar.newApiKey !== undefined) print(renderNewKey(sidecar.newApiKey, settings.dataDir));
      await Promise.race([sidecar.onFirstChannels, stopRequested]);
      if (!signal.aborted) print(renderChannels(sidecar.urls(), hosts));
    }
    await stopRequested;
  } catch (error) {
    await stopWithin(sidecar, options);
    throw error;
  }
  print('\nStopping…\n');
  return stopWithin(sidecar, options);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function stopWithin(sidecar: ServedSidecar, { clock, logger }: ServeOptions): Promise<number> {
  let timer: Timer | undefined;
  const late = new Promise<number>((resolve) => {
    timer = clock.after(STOP_LIMIT_MS, () => {
      logger.warn({ limitMs: STOP_LIMIT_MS }, 'Stopping took too long; what is left is cut off');
      resolve(EXIT.failed);
    });
  });
  const stopped = sidecar.stop().then(
    () => EXIT.fine,
    (error: unknown) => {
      logger.error({}, `Stopping failed: ${messageOf(error)}`);
      return EXIT.failed;
    },
  );
  const code = await Promise.race([stopped, late]);
  timer?.cancel();
  return code;
}
