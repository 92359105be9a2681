import path from 'node:path';
import type { Settings } from '../config.ts';
import type { AccessService } from '../http/services.ts';
import { keptSecret, renewSecret } from './kept-secret.ts';

/** What lets people in, and what they have to be told of it. */
export interface Access extends AccessService {
  /** The key, where this start has made it: nobody knows it yet. */
  readonly newKey: string | undefined;
}

/** The key of the settings, else the one that the data folder keeps; where others can reach the sidecar, one is made. */
export async function openAccess(settings: Settings): Promise<Access> {
  const known = await ownKey(settings);
  if (known !== undefined || settings.apiKey === 'off' || isAlone(settings))
    return { apiKey: known, newKey: undefined };
  const newKey = await renewSecret(fileIn(settings.dataDir));
  return { apiKey: newKey, newKey };
}

/** The key that the sidecar of these settings asks for, as far as it has one. */
export async function ownKey({ apiKey, dataDir }: Pick<Settings, 'apiKey' | 'dataDir'>): Promise<string | undefined> {
  if (apiKey !== undefined) return apiKey === 'off' ? undefined : apiKey;
  return keptSecret(fileIn(dataDir));
}

/** What lets a program in that may read the data folder of the sidecar with these settings. */
export async function ownHeaders(settings: Pick<Settings, 'apiKey' | 'dataDir'>): Promise<Record<string, string>> {
  const key = await ownKey(settings);
  return key === undefined ? {} : { 'X-Api-Key': key };
}

/** Only this machine reaches it, and through no proxy. */
function isAlone({ host, trustedProxies }: Settings): boolean {
  return trustedProxies.length === 0 && /^(?:localhost|127\..*|::1)$/i.test(host);
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'api-key');
}
