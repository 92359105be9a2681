import { z } from 'zod';
import { type Catalog, openCatalog } from '../catalog/catalog.ts';
import { lockDataFolder } from '../catalog/data-lock.ts';
import type { Settings } from '../config.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { ownHeaders } from './access.ts';
import { databaseFile } from './own-data.ts';
import { announcedAddress } from './sidecar-address.ts';

/** Nothing is forgotten by the command line: that is for the sidecar to do. */
export const KEPT_MS = 365 * 86_400_000;

/** A data folder that this process has for itself. */
export interface DataHere {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/** Opens something of a data folder: of the sidecar that is at work there, at its address, else of the data itself. */
export async function atDataFolder<T>(
  settings: Settings,
  logger: Logger,
  open: {
    readonly at: (url: string, headers: Readonly<Record<string, string>>) => T;
    readonly here: (data: DataHere) => T;
  },
): Promise<T> {
  try {
    const lock = await lockDataFolder(settings.dataDir);
    try {
      const clock = systemClock();
      const catalog = await openCatalog(databaseFile(settings), { logger, now: () => clock.now() });
      return open.here({
        ...{ catalog, clock },
        async close() {
          await catalog.close();
          await lock.release();
        },
      });
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (!hasCode(error, 'data_folder_in_use')) throw error;
    const url = await announcedAddress(settings.dataDir);
    if (url === undefined) throw error;
    return open.at(url, await ownHeaders(settings));
  }
}

/** What the sidecar at work answers. */
export async function askSidecar(address: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((error: unknown) => {
    throw new AppError('sidecar_refused', `the sidecar at work does not answer at ${address}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  if (response.ok) return response;
  const text = await response.text();
  const said = refusal.safeParse(jsonIn(text)).data?.message ?? text;
  // What it says of a document is what would be said of it here.
  if (response.status === 400) throw new AppError('invalid_body', said);
  throw new AppError('sidecar_refused', `the sidecar at work answers ${response.status} at ${address}: ${said}`);
}

const refusal = z.object({ message: z.string() });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
