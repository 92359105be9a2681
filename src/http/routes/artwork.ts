import type { RouterMiddleware } from '@koa/router';
import { z } from 'zod';
import type { ArtworkKind } from '../../library/library-item.ts';
import { AppError } from '../../shared/errors.ts';
import { parseQuery, whole } from '../query.ts';
import { respondWithBytes } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

export const ARTWORK_KINDS = ['poster', 'thumb', 'backdrop'] as const satisfies readonly ArtworkKind[];

const query = z.strictObject({ width: whole(16, 4000).optional() });

/** A picture of an item; `?width=` asks for a small one. */
export function artwork({ library }: Pick<HttpOptions, 'library'>): RouterMiddleware {
  return async function sendArtwork(ctx) {
    const kind = ARTWORK_KINDS.find((one) => one === ctx.params['kind']);
    const { width } = parseQuery(ctx, query);
    const picture = kind && (await library.artwork(ctx.params['itemId'] ?? '', kind, width));
    if (picture === undefined) {
      throw new AppError('artwork_not_found', `artwork not found; an item may have ${ARTWORK_KINDS.join(', ')}`);
    }
    respondWithBytes(ctx, { ...picture, cacheControl: 'public, max-age=86400' });
  };
}
