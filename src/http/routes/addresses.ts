import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { guideAddress, m3uAddress } from '../../tuner/channel-address.ts';
import { addressBaseOf } from '../address-base.ts';
import { respondWithJSON } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

export const hostAddressesAnswer = z.strictObject({
  base_url: z.string(),
  signed: z.boolean().describe('Nobody gets in by guessing an address'),
  m3u_url: z.string(),
  guide_url: z.string(),
  hdhomerun_url: z.string(),
});

type Options = Pick<HttpOptions, 'access' | 'settings'>;

/** What to give to hosts, as it is at this moment. */
export function hostAddresses(options: Options): RouterMiddleware {
  return (ctx) => respondWithJSON(ctx, addressesJSON(ctx, options));
}

/** Makes all signed addresses worthless, and gives new ones. */
export function revokeAddresses(options: Options): RouterMiddleware {
  return async function answerRevoke(ctx) {
    const { access } = options;
    if (access.links === undefined) {
      throw new AppError('links_unsigned', 'addresses are not signed; set SIDECAST_SIGNED_URLS to on first');
    }
    await access.revokeLinks();
    ctx.body = addressesJSON(ctx, options);
  };
}

function addressesJSON(ctx: Context, options: Options): z.infer<typeof hostAddressesAnswer> {
  const { plain, lists } = addressBaseOf(ctx, options);
  return {
    base_url: plain,
    signed: options.access.links !== undefined,
    m3u_url: m3uAddress(lists),
    guide_url: guideAddress(lists),
    hdhomerun_url: lists,
  };
}
