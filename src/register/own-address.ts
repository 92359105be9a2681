import { z } from 'zod';
import { AppError, fetchFailure } from '../shared/errors.ts';

const ANSWER_MS = 5000;
const channels = z.array(z.object({ number: z.string(), name: z.string(), guide_id: z.string(), listed: z.boolean() }));

/** A channel that a media server should have in the end. */
export type OwnChannel = z.infer<typeof channels>[number];

const addresses = z.object({ base_url: z.string(), m3u_url: z.string(), guide_url: z.string() });

/** Where a host finds the channel list and the guide. */
export interface OwnLists {
  readonly m3u: string;
  readonly guide: string;
}

/** The lists of the Sidecast at an address, as it says itself, under that address; `own_address_unreachable`. */
export async function ownLists(address: string, key: string | undefined): Promise<OwnLists> {
  const { base_url: base, m3u_url: m3u, guide_url: guide } = await ask(address, '/api/addresses', key, addresses);
  return { m3u: address + m3u.slice(base.length), guide: address + guide.slice(base.length) };
}

/**
 * The channels of the Sidecast at an address, as it says itself; `own_address_unreachable` where none answers,
 * `no_channels` where it lists none: a host would keep the empty guide for an hour.
 */
export async function ownChannels(address: string, key: string | undefined): Promise<readonly OwnChannel[]> {
  const listed = (await ask(address, '/api/channels', key, channels)).filter((channel) => channel.listed);
  if (listed.length > 0) return listed;
  throw new AppError(
    'no_channels',
    'Sidecast has no channels yet; wait until it has looked through the library, or enable a channel, ' +
      'and register again',
  );
}

async function ask<T>(address: string, path: string, key: string | undefined, schema: z.ZodType<T>): Promise<T> {
  try {
    const headers = key === undefined ? {} : { 'X-Api-Key': key };
    const response = await fetch(address + path, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    if (response.status === 401) throw new Error('it asks for another key than that of this data folder');
    return schema.parse(await response.json());
  } catch (error) {
    throw new AppError(
      'own_address_unreachable',
      `Sidecast does not answer at ${address} (${fetchFailure(error)}); start it first, ` +
        'or give the address at which the media server reaches it: --address http://machine:8765',
      { cause: error },
    );
  }
}

/**
 * Whether a host's entry is one of the Sidecast at an address for a list, such as "guide.xml": signed or not, and
 * whatever the signature is by now.
 */
export function isOwnEntry(url: string | null | undefined, address: string, list: string): boolean {
  const path = url?.startsWith(`${address}/`) ? url.slice(address.length + 1) : '';
  return path.replace(/^~[\w.-]+\//, '') === list;
}
