import { z } from 'zod';
import { AppError, fetchFailure } from '../shared/errors.ts';

const ANSWER_MS = 5000;
const channels = z.array(z.object({ number: z.string(), name: z.string(), guide_id: z.string(), listed: z.boolean() }));

/** A channel that a media server should have in the end. */
export type OwnChannel = z.infer<typeof channels>[number];

/** The channels of the Sidecast at an address, as it says itself; `own_address_unreachable` where none answers. */
export async function ownChannels(address: string, key: string | undefined): Promise<readonly OwnChannel[]> {
  try {
    const headers = key === undefined ? {} : { 'X-Api-Key': key };
    const response = await fetch(`${address}/api/channels`, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    if (response.status === 401) throw new Error('it asks for another key than that of this data folder');
    return channels.parse(await response.json()).filter(({ listed }) => listed);
  } catch (error) {
    throw new AppError(
      'own_address_unreachable',
      `Sidecast does not answer at ${address} (${fetchFailure(error)}); start it first, ` +
        'or give the address at which the media server reaches it: --address http://machine:8765',
      { cause: error },
    );
  }
}
