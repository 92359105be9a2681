import path from 'node:path';
import { parseSettings } from '../../src/config.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { createSidecar } from '../../src/sidecar.ts';
import { ApiClient } from './http-client.ts';
import { SMALL } from './settings.ts';

/** A whole sidecar in this process, mostly on a clock that the test winds. */
export async function startInProcess(options: {
  readonly folder: string;
  readonly library: string;
  readonly clock: Clock;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<ApiClient & AsyncDisposable> {
  const { folder, library, clock, env } = options;
  const settings = parseSettings({
    env: {
      ...SMALL,
      SIDECAST_DATA_DIR: path.join(folder, 'data'),
      SIDECAST_STREAMS_DIR: path.join(folder, 'streams'),
      SIDECAST_LIBRARY: `folder:${library}`,
      ...env,
    },
  });
  const sidecar = await createSidecar({ settings, logger: silentLogger, clock });
  const { port } = await sidecar.start();
  await sidecar.onFirstChannels;
  const client = new ApiClient(`http://127.0.0.1:${port}`, env?.SIDECAST_API_KEY);
  return Object.assign(client, { [Symbol.asyncDispose]: () => sidecar.stop() });
}
