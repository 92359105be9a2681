import type { Context } from 'koa';
import type { Links } from '../access/links.ts';
import { type AddressBase, plainBase } from '../tuner/channel-address.ts';
import { baseUrlOf, type Reached } from './base-url.ts';

/** Where the addresses begin that an answer to this request carries. */
export function addressBaseOf(
  ctx: Context,
  { settings, access }: { readonly settings: Reached; readonly access: { readonly links: Links | undefined } },
): AddressBase {
  return addressBase(baseUrlOf(ctx, settings), access.links);
}

/** Where addresses begin, signed where they are. */
export function addressBase(baseUrl: string, links: Links | undefined): AddressBase {
  if (links === undefined) return plainBase(baseUrl);
  return {
    plain: baseUrl,
    lists: `${baseUrl}/${links.lasting({ kind: 'lists' })}`,
    ofChannel: (channelId) => `${baseUrl}/${links.lasting({ kind: 'channel', channelId })}`,
  };
}
