import { z } from 'zod';
import { type Content, content, order } from './content.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** As many a daypart may show each time. */
export const MOST_PROGRAMMES = 100;

const midRoll = z.strictObject({
  at: z.enum(['chapters', 'commercials']).describe('Chapter marks, or where marked commercials begin'),
  count: z.number().int().min(1).max(20).default(1).describe('Fillers in a break'),
  min_minutes: z.number().min(0).max(600).default(10).describe('Minutes of the programme between two breaks'),
});

/** What is shown, in which order, and what is put between. */
const strand = {
  content: z.array(content).min(1).max(1000),
  order: order.default({ kind: 'as_listed' }),
  loop: z.boolean().default(true).describe('Begins again when everything was shown'),
  skip: z
    .array(z.enum(['intro', 'outro', 'recap', 'preview']))
    .default([])
    .describe('Marked parts to leave out'),
  pad_minutes: z
    .literal([15, 30, 60])
    .optional()
    .describe('After a programme the next begins at a quarter, half or full hour'),
  between: z
    .strictObject({ every: z.number().int().min(1).max(1000), count: z.number().int().min(1).max(20).default(1) })
    .optional()
    .describe('After every so many programmes so many fillers'),
  mid_roll: midRoll.optional(),
};

const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'use a time such as 18:00')
  .describe('Local time');
const DATE = /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const date = z.string().regex(DATE, 'use a date such as 2026-12-24, or 12-24 for every year');

const dates = z
  .strictObject({ from: date, to: date })
  .refine(({ from, to }) => from.length === to.length, 'both with a year, or both without')
  .refine(({ from, to }) => from.length < 10 || from.length !== to.length || from <= to, 'from must not be after to');

const time = z
  .strictObject({
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .default([...DAYS]),
    dates: z.array(dates).min(1).max(366).optional().describe('Only then; it goes before what has no dates'),
    from: timeOfDay,
    to: timeOfDay.describe('Of the next day where it is not after from'),
  })
  .refine(({ from }) => from !== '24:00', { path: ['from'], message: 'use a time such as 18:00' });

const daypart = z.strictObject({
  name: z.string().trim().min(1).max(200),
  times: z
    .array(time)
    .min(1)
    .max(100)
    .describe('What lies wholly in the hour that clocks skip in spring is shown after it, later by as much'),
  programmes: z
    .number()
    .int()
    .min(1)
    .max(MOST_PROGRAMMES)
    .optional()
    .describe('Shows so many each time, then the default'),
  late_minutes: z
    .number()
    .min(0)
    .max(1440)
    .default(0)
    .describe('May begin so late that what is on can end; 0 begins on time'),
  run_over: z
    .enum(['fill', 'cut'])
    .default('fill')
    .describe('What would run over its start is not started and filler shown, or it is cut'),
  ...strand,
});

const filler = z.strictObject({
  content: z.array(content).min(1).max(1000),
  use: z
    .array(z.enum(['gaps', 'between', 'mid_roll']))
    .min(1)
    .default(['gaps', 'between', 'mid_roll']),
});

const scheduled = z.strictObject({
  kind: z.literal('scheduled'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(0xffffffff)
    .optional()
    .describe('Another seed is another shuffle; without one a channel keeps its own'),
  start_at: z.iso.datetime({ offset: true }).optional().describe('Off air until then'),
  default: z.strictObject(strand).optional().describe('What is on where no daypart is; without it, nothing'),
  dayparts: z
    .array(daypart)
    .max(200)
    .default([])
    .refine((parts) => new Set(parts.map(({ name }) => name)).size === parts.length, 'names must differ')
    .describe('Where several are at a time: one with dates before one without, then the first'),
  filler: z.array(filler).max(50).default([]),
});

const delay = z.strictObject({
  kind: z.literal('delay'),
  channel_id: z.string().min(1),
  minutes: z.number().int().min(15).max(1440).describe('The same airings, so much later'),
});

/** The rule that fills a channel, as it is stored: also with dates and names that there are not, which once were taken. */
export const storedProgramming = z.discriminatedUnion('kind', [scheduled, delay]);

type Path = (string | number)[];
type Issue = readonly [path: Path, message: string];

/** The rule that fills a channel, as the API takes it. */
export const programming = storedProgramming.superRefine((given, context) => {
  if (given.kind !== 'scheduled') return;
  for (const [path, message] of [...wrongDates(given), ...blankNames(given)]) {
    context.addIssue({ code: 'custom', path, message });
  }
});

function wrongDates({ dayparts }: Scheduled): Issue[] {
  return dayparts.flatMap(({ times }, part) =>
    times.flatMap(({ dates: ranges = [] }, place) =>
      ranges.flatMap((range, index) =>
        (['from', 'to'] as const)
          .filter((end) => DATE.test(range[end]) && !isOnCalendar(range[end]))
          .map((end): Issue => [['dayparts', part, 'times', place, 'dates', index, end], `there is no ${range[end]}`]),
      ),
    ),
  );
}

/** Nothing is called nothing: such content would never be found. */
function blankNames(given: Scheduled): Issue[] {
  return contentsIn(given).flatMap(({ path, content: one }) =>
    blankNamesIn(one).map((place): Issue => [[...path, ...place], 'use a name that the library has']),
  );
}

/** All content of a programming, and where it stands there. */
export function contentsIn({ default: rest, dayparts, filler: fillers }: Scheduled) {
  const strands: { readonly path: Path; readonly contents: readonly Content[] }[] = [
    { path: ['default'], contents: rest?.content ?? [] },
    ...dayparts.map((part, index) => ({ path: ['dayparts', index], contents: part.content })),
    ...fillers.map((part, index) => ({ path: ['filler', index], contents: part.content })),
  ];
  return strands.flatMap(({ path, contents }) =>
    contents.map((one, index) => ({ path: [...path, 'content', index], content: one })),
  );
}

/** Where in content a blank text is. */
function blankNamesIn(given: Content): Path[] {
  return Object.entries(given).flatMap(([field, value]: [string, unknown]) => {
    if (value === '') return [[field]];
    return Array.isArray(value) ? value.flatMap((one, index) => (one === '' ? [[field, index]] : [])) : [];
  });
}

/** Every year has a 29th of February where no year is said. */
function isOnCalendar(day: string): boolean {
  return z.iso.date().safeParse(day.length < 10 ? `2000-${day}` : day).success;
}

export type Programming = z.infer<typeof programming>;
export type Scheduled = z.infer<typeof scheduled>;
export type Delay = z.infer<typeof delay>;
export type Daypart = z.infer<typeof daypart>;
export type Strand = NonNullable<Scheduled['default']>;
export type Filler = z.infer<typeof filler>;
export type Day = (typeof DAYS)[number];

/** The day of the week of a count of days since 1970-01-01. */
export function dayOfWeek(day: number): Day | undefined {
  return DAYS.at((day + 4) % 7);
}

/** What `programming` takes, as a JSON schema (draft 2020-12). */
export function programmingJSONSchema(): object {
  return z.toJSONSchema(programming, { io: 'input' });
}
