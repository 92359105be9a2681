import type { RouterMiddleware } from '@koa/router';
import { z } from 'zod';
import { ITEM_SORTS, type ItemSort } from '../../catalog/library/item-query.ts';
import { AppError } from '../../shared/errors.ts';
import { clientGone } from '../continuous.ts';
import { cursor, cursorText } from '../cursor.ts';
import { itemJSON } from '../item-json.ts';
import { progressJSON, showJSON, sourceJSON } from '../library-json.ts';
import { flag, parseQuery, text, whole } from '../query.ts';
import { respondWithJSON } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

type Options = Pick<HttpOptions, 'library'>;

/** What was found in each source, and how far a sync has come. */
export function libraryOverview({ library }: Options): RouterMiddleware {
  return async function sendOverview(ctx) {
    const sources = await library.summaries();
    await respondWithJSON(ctx, { sync: progressJSON(library.progress()), sources: sources.map(sourceJSON) });
  };
}

const SORTS = Object.keys(ITEM_SORTS).filter((name): name is ItemSort => Object.hasOwn(ITEM_SORTS, name));
const SORTED_BY = 'title by default; where a collection is named, collection: its own order';
const page = { limit: whole(1, 500).default(100) };
const filters = { search: text.optional(), source: text.optional(), library: text.optional() };
export const itemsQuery = z
  .strictObject({
    ...filters,
    ...page,
    kind: z.enum(['film', 'episode'], { error: 'use film or episode' }).optional(),
    show: text.optional(),
    genre: text.optional(),
    studio: text.optional(),
    tag: text.optional(),
    person: text.optional(),
    collection: text.describe('name or id of a collection or playlist').optional(),
    year: whole(1, 9999).optional(),
    year_from: whole(1, 9999).optional(),
    year_to: whole(1, 9999).optional(),
    rating: text.optional(),
    stars_from: z.coerce.number({ error: 'use a number from 0 to 10' }).min(0).max(10).optional(),
    missing: flag.optional(),
    unplayable: flag.optional(),
    sort: z
      .enum(SORTS, { error: `use one of ${SORTS.join(', ')}` })
      .describe(SORTED_BY)
      .optional(),
    order: z.enum(['asc', 'desc'], { error: 'use asc or desc' }).default('asc'),
    cursor: cursor(
      z.object({
        sort: z.string(),
        order: z.string(),
        value: z.union([z.string(), z.number()]).nullable(),
        id: z.string(),
      }),
    ).optional(),
  })
  .refine(({ sort, collection }) => sort !== 'collection' || collection !== undefined, {
    path: ['sort'],
    error: 'name the collection, too, whose order it is to be',
  })
  .refine(({ cursor: after, order, ...query }) => !after || (after.sort === sortOf(query) && after.order === order), {
    path: ['cursor'],
    error: 'use the cursor of the page before, with the same sort and order',
  });

/** A collection is told in its own order, unless another one is asked for. */
function sortOf({ sort, collection }: { sort?: ItemSort | undefined; collection?: string | undefined }): ItemSort {
  return sort ?? (collection === undefined ? 'title' : 'collection');
}

/** Items that fit a query, page by page. */
export function listItems({ library }: Options): RouterMiddleware {
  return async function sendItems(ctx) {
    const query = parseQuery(ctx, itemsQuery);
    const { order, limit, cursor: after, year, rating, stars_from: starsFrom, year_from, year_to, ...rest } = query;
    const sort = sortOf(query);
    const found = await library.items({
      ...rest,
      ...{ sort, limit, after, starsFrom, isDescending: order === 'desc', certificate: rating },
      ...{ yearFrom: year ?? year_from, yearTo: year ?? year_to },
    });
    await respondWithJSON(ctx, {
      total: found.total,
      items: found.items.map(itemJSON),
      next_cursor: found.next && cursorText({ sort, order, ...found.next }),
    });
  };
}

export const showsQuery = z.strictObject({
  ...filters,
  ...page,
  cursor: cursor(z.object({ show: z.string(), source: z.string() })).optional(),
});

/** Shows by name, page by page. */
export function listShows({ library }: Options): RouterMiddleware {
  return async function sendShows(ctx) {
    const { limit, cursor: after, ...filter } = parseQuery(ctx, showsQuery);
    const shows = await library.shows(filter, limit + 1, after);
    const shown = shows.slice(0, limit);
    const last = shows.length > limit ? shown.at(-1) : undefined;
    await respondWithJSON(ctx, {
      shows: shown.map(showJSON),
      next_cursor: last ? cursorText({ show: last.show, source: last.source }) : null,
    });
  };
}

export const syncQuery = z.strictObject({ source: text.optional(), allow_removals: flag.default(false) });

/** Has the libraries looked through; what comes of it is told by the overview. */
export function startSync({ library }: Options): RouterMiddleware {
  return async function answerSync(ctx) {
    const { source, allow_removals: mayShrink } = parseQuery(ctx, syncQuery);
    if (source !== undefined && !library.sources.includes(source)) {
      const message = 'use the id of one that /api/library lists';
      throw new AppError('invalid_query', `invalid query; source: ${message}`, {
        fields: [{ path: 'source', message }],
      });
    }
    void library.sync({ mayShrink, ...(source === undefined ? {} : { source }) });
    ctx.status = 202;
    ctx.body = progressJSON(library.progress());
  };
}

/** How far a sync has come, as server-sent events; ends when nothing is being looked through. */
export function syncEvents({ library }: Options): RouterMiddleware {
  return async function sendProgress(ctx) {
    const signal = clientGone(ctx);
    ctx.respond = false;
    ctx.status = 200;
    ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const send = (): void => {
      const progress = library.progress();
      ctx.res.write(`event: progress\ndata: ${JSON.stringify(progressJSON(progress))}\n\n`);
      if (!progress.isRunning) end();
    };
    const unfollow = library.follow(send);
    const end = (): void => {
      unfollow();
      ctx.res.end();
    };
    signal.addEventListener('abort', end, { once: true });
    send();
  };
}
