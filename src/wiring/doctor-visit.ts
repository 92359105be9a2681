import { constants } from 'node:fs';
import { access, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lockDataFolder } from '../catalog/data-lock.ts';
import type { Settings } from '../config.ts';
import { AppError, hasCode } from '../shared/errors.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { deskAt } from './library-desk.ts';
import { announcedAddress } from './sidecar-address.ts';
import { demoFolder } from './sources.ts';

/** A sidecar that is asked how it is. */
export interface Visit extends AsyncDisposable {
  /** Where this machine reaches it. */
  readonly url: string;
  /** What lets the visitor in. */
  readonly headers: Readonly<Record<string, string>>;
  /** It was started for the visit, and ends with it. */
  readonly isTrial: boolean;
}

/** A sidecar as far as it is needed to try one. */
export interface TrialSidecar {
  readonly onFirstChannels: Promise<void>;
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

export type CreateSidecar = (options: { settings: Settings; logger: Logger }) => Promise<TrialSidecar>;

/** The database: with what is not merged into it yet, for a sidecar that was cut off. */
const KEPT = ['sidecast.db', 'sidecast.db-wal'];

/** How long a library may take to make its first channel. */
const PATIENCE_MS = 60_000;

/** Where the sidecar of a data folder is at work; undefined where none is. */
export async function sidecarAtWork({ dataDir }: Settings): Promise<string | undefined> {
  try {
    await (await lockDataFolder(dataDir)).release();
    return undefined;
  } catch (error) {
    if (!hasCode(error, 'data_folder_in_use')) throw error;
    const url = await announcedAddress(dataDir);
    if (url !== undefined) return url;
    throw new AppError(
      'data_folder_in_use',
      `another program holds the data folder ${dataDir}; end what else uses it, and try again`,
      { cause: error },
    );
  }
}

/**
 * Starts a sidecar as it would start, but on a copy of what is kept: a data folder has one sidecar at most, and what is
 * tried out here is nobody's schedule. It has looked through the libraries when it is there.
 */
export async function startTrial(
  settings: Settings,
  { createSidecar, port }: { readonly createSidecar: CreateSidecar; readonly port: number },
): Promise<Visit> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sidecast-doctor-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const dataDir = path.join(folder, 'data');
    await copyKept(settings.dataDir, dataDir);
    const trial: Settings = {
      ...settings,
      ...{ dataDir, reelsDir: path.join(folder, 'reels'), streamsDir: path.join(folder, 'streams'), port },
      // The copy knows the demo library by its own place.
      library: settings.library.length === 0 ? await demoOf(settings) : settings.library,
      apiKey: 'off',
      signedUrls: 'off',
      ...{ hdhomerunDevices: [], hdhomerunDiscovery: 'off', ssdp: 'off', syncHours: 0 },
    };
    const sidecar = await createSidecar({ settings: trial, logger: silentLogger });
    closers.push(() => sidecar.stop());
    await sidecar.start();
    const url = (await announcedAddress(dataDir)) ?? '';
    await deskAt(url, {}).sync({ mayShrink: false, onProgress: () => {} });
    // Channels come as soon as some of their files were looked into.
    await Promise.race([sidecar.onFirstChannels, pause(PATIENCE_MS, undefined, { ref: false })]);
    return { url, headers: {}, isTrial: true, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Under the lock, so that nobody writes meanwhile. */
async function copyKept(from: string, to: string): Promise<void> {
  const lock = await lockDataFolder(from);
  try {
    await mkdir(to, { recursive: true });
    for (const name of KEPT) {
      await copyFile(path.join(from, name), path.join(to, name)).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
    }
  } finally {
    await lock.release();
  }
}

async function demoOf(settings: Settings): Promise<Settings['library']> {
  const folder = demoFolder(settings);
  const isThere = await access(folder, constants.R_OK).then(
    () => true,
    () => false,
  );
  return isThere ? [{ kind: 'folder', path: folder }] : [];
}
