import { isSameSecret, seal } from './secrets.ts';

const DAY_MS = 86_400_000;
/** How long a browser that has brought the key once is let in without it. */
export const SESSION_MS = 90 * DAY_MS;

/** What a browser keeps instead of the key: until when it is let in, sealed with the key, so that a new key ends it. */
export function createSession(apiKey: string, nowMs: number): string {
  const until = String(nowMs + SESSION_MS);
  return `${until}.${sealOf(apiKey, until)}`;
}

/** True for what `createSession` gave with this key, while it lasts. */
export function isSession(given: string, apiKey: string, nowMs: number): boolean {
  const [, until = '', sealed = ''] = /^(\d{1,16})\.([\w-]{43})$/.exec(given) ?? [];
  return isSameSecret(sealed, sealOf(apiKey, until)) && nowMs < Number(until);
}

function sealOf(apiKey: string, until: string): string {
  return seal(apiKey, `session ${until}`);
}
