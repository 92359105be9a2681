import path from 'node:path';
import { Links } from '../access/links.ts';
import type { Settings } from '../config.ts';
import type { AccessService } from '../http/services/access.ts';
import { keptSecret, renewSecret } from './kept-secret.ts';
import type { Common } from './parts.ts';

/** What lets people in, and what they have to be told of it. */
export interface Access extends AccessService {
  /** The key, where this start has made it: nobody knows it yet. */
  readonly newKey: string | undefined;
}

/** The key of the settings, else the one that the data folder keeps; where others can reach the sidecar, one is made. */
export async function openAccess({ settings, clock }: Pick<Common, 'settings' | 'clock'>): Promise<Access> {
  const known = await ownKey(settings);
  const isMade = known === undefined && settings.apiKey !== 'off' && !isAlone(settings);
  const newKey = isMade ? await renewSecret(keyFile(settings)) : undefined;
  const links = settings.signedUrls === 'on' ? new Links(await urlSecret(settings), () => clock.now()) : undefined;
  return {
    apiKey: known ?? newKey,
    newKey,
    links,
    async revokeLinks() {
      links?.renew(await renewSecret(urlSecretFile(settings)));
    },
  };
}

/** The key that the sidecar of these settings asks for, as far as it has one. */
export async function ownKey({ apiKey, dataDir }: Pick<Settings, 'apiKey' | 'dataDir'>): Promise<string | undefined> {
  if (apiKey !== undefined) return apiKey === 'off' ? undefined : apiKey;
  return keptSecret(keyFile({ dataDir }));
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

/** Kept, since hosts are to find their channels under the same addresses for ever. */
async function urlSecret(settings: Settings): Promise<string> {
  return (await keptSecret(urlSecretFile(settings))) ?? renewSecret(urlSecretFile(settings));
}

function keyFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return path.join(dataDir, 'api-key');
}

function urlSecretFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return path.join(dataDir, 'url-secret');
}
