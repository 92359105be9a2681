import { z } from 'zod';

/** Longer than anything is called. */
const MOST_TEXT = 5000;
const text = z.string().trim().min(1).max(MOST_TEXT);
/** As the library has it, outer spaces and all. */
const exact = z.string();
/** Any of these, compared without regard to case. */
const names = z.array(text).min(1).max(1000);

function range(number: z.ZodNumber) {
  return z
    .strictObject({ from: number.optional(), to: number.optional() })
    .refine(({ from, to }) => from !== undefined || to !== undefined, 'give from, to or both')
    .refine(({ from = -Infinity, to = Infinity }) => from <= to, 'from must not be above to');
}

/** A question to the library: items for which everything holds that is said. An empty one is all items. */
export const query = z.strictObject({
  library: names.optional().describe('Names of libraries of the media server'),
  source: names.optional().describe('Sources as the settings name them, such as folder:/films'),
  kind: z.enum(['film', 'episode']).optional(),
  show: names.optional(),
  genre: names.optional(),
  year: range(z.number().int()).optional(),
  certificate: names.optional().describe('Such as PG-13'),
  stars: range(z.number().min(0).max(10)).optional(),
  studio: names.optional(),
  tag: names.optional(),
  person: names.optional().describe('Anybody in the credits'),
  duration_minutes: range(z.number().min(0)).optional(),
  added_within_days: z.number().positive().max(36_500).optional().describe('At most so long before it is aired'),
  title: text.optional().describe('A part of the title or of the show'),
  get all() {
    return z.array(query).min(1).max(100).optional().describe('All of these hold');
  },
  get any() {
    return z.array(query).min(1).max(100).optional().describe('One of these holds, or more');
  },
  get not() {
    return query.optional().describe('This does not hold');
  },
});

export type Query = z.infer<typeof query>;

const source = exact.optional().describe('Of this source only');
/** How often it is drawn, compared with other content, by the order "random". */
const weight = z.number().positive().max(1000).default(1);

/** One thing that a channel shows. What a query or a show holds is looked up anew whenever airings are planned. */
export const content = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('items'), ids: z.array(exact).min(1).max(10_000), weight }),
  z.strictObject({ kind: z.literal('show'), show: exact, source, weight }),
  z.strictObject({ kind: z.literal('season'), show: exact, season: z.number().int().min(0), source, weight }),
  z.strictObject({ kind: z.literal('films'), source, weight }),
  z.strictObject({
    kind: z.literal('collection'),
    name: exact.describe('A collection or playlist of the host'),
    weight,
  }),
  z.strictObject({ kind: z.literal('query'), where: query, weight }),
]);

export type Content = z.infer<typeof content>;

const distance = z.number().int().min(0).max(10_000).default(0).describe('Programmes between two showings of an item');

/** In which order content is shown. */
export const order = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('as_listed') }),
  z.strictObject({ kind: z.literal('season_episode') }),
  z.strictObject({ kind: z.literal('air_date') }),
  z.strictObject({
    kind: z.literal('shuffle').describe('Every item once before any is shown again'),
    distance,
    shows_apart: z.boolean().default(false).describe('No two episodes of a show in a row, where that can be'),
  }),
  z.strictObject({ kind: z.literal('rotate').describe('One episode of each show, then the next one of each') }),
  z.strictObject({ kind: z.literal('random').describe('Drawn by the weights of the content'), distance }),
]);

export type Order = z.infer<typeof order>;
