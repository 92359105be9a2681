import { numberOf } from '../../schedule/programming/chance.ts';
import { type Content, type Order, query as asked } from '../../schedule/programming/content.ts';
import { programming } from '../../schedule/programming/programming.ts';
import type { ChannelInput } from '../channels/channel-input.ts';
import { legalName, nameKey } from '../channels/channel-name.ts';
import type { LibraryCensus, NamedAmount } from '../library/library-census.ts';

/** A channel should not say the same twice on a day: less than that is none. */
const LEAST = { items: 8, hours: 10 };
/** A show of its own channel, again and again in another order. */
const LEAST_EPISODES = 40;
/** More would be work to take away again. */
const MOST_OF_A_KIND = 8;

const SHUFFLED: Order = { kind: 'shuffle', distance: 20, shows_apart: true };
const ROTATED: Order = { kind: 'rotate' };

/** Channels that such a library is good for, but for those whose names there are already. */
export function suggestChannels(census: LibraryCensus, taken: Iterable<string>): ChannelInput[] {
  const known = new Set([...taken].map(nameKey));
  const suggestions = [...kids(census), ...cinema(census), ...genres(census), ...decades(census), ...marathons(census)];
  return suggestions.filter(({ name }) => {
    const isNew = !known.has(nameKey(name));
    known.add(nameKey(name));
    return isNew;
  });
}

function genres({ genres: found }: LibraryCensus): ChannelInput[] {
  return rich(found).map(({ name }) =>
    suggestion(
      legalName(name),
      'Genres',
      `${legalName(name)} from films and shows, no two episodes of a show in a row.`,
      {
        default: { content: [query({ genre: [name] })], order: SHUFFLED },
      },
    ),
  );
}

function decades({ decades: found }: LibraryCensus): ChannelInput[] {
  return rich(found).map(({ name }) => {
    const year = Number(name);
    return suggestion(`${year}s`, 'Films', `Films of the years ${year} to ${year + 9}.`, {
      default: { content: [query({ kind: 'film', year: { from: year, to: year + 9 } })], order: SHUFFLED },
    });
  });
}

function marathons({ shows }: LibraryCensus): ChannelInput[] {
  return shows
    .filter(({ name, items }) => name !== '' && items >= LEAST_EPISODES)
    .slice(0, MOST_OF_A_KIND)
    .map(({ name }) =>
      suggestion(
        legalName(name, ' at random'),
        'Series',
        `All episodes of ${legalName(name)}, in another order every time.`,
        {
          default: { content: [{ kind: 'show', show: name, weight: 1 }], order: SHUFFLED },
        },
      ),
    );
}

function kids({ kids: { genre, certificate, items, hours } }: LibraryCensus): ChannelInput[] {
  if (items < LEAST.items || hours < LEAST.hours) return [];
  const named = genre.filter(canBeAskedFor);
  const any = [
    ...(named.length > 0 ? [{ genre: named }] : []),
    ...(certificate.length > 0 ? [{ certificate: [...certificate] }] : []),
  ];
  if (any.length === 0) return [];
  return [
    suggestion('Kids', 'Kids', 'Cartoons and family films from six in the morning to eight in the evening.', {
      dayparts: [
        {
          name: 'Day',
          times: [{ from: '06:00', to: '20:00' }],
          content: [query({ any })],
          order: SHUFFLED,
          late_minutes: 30,
        },
      ],
    }),
  ];
}

/** Shows by day and films by night. */
function cinema({ films, shows }: LibraryCensus): ChannelInput[] {
  if (films.items < LEAST.items || films.hours < LEAST.hours) return [];
  const night = {
    ...{ name: 'Films', times: [{ from: '20:00', to: '04:00' }], late_minutes: 45, pad_minutes: 15 },
    ...{ content: [query({ kind: 'film' })], order: SHUFFLED },
  };
  const day = shows.length > 0 ? { content: [query({ kind: 'episode' })], order: ROTATED } : undefined;
  return [
    suggestion('Night Cinema', 'Films', 'Films from eight in the evening to four in the morning, shows by day.', {
      ...(day === undefined ? {} : { default: day }),
      dayparts: [night],
    }),
  ];
}

function suggestion(name: string, group: string, description: string, rules: object): ChannelInput {
  return {
    name,
    group,
    description,
    programming: programming.parse({ kind: 'scheduled', seed: numberOf(name), ...rules }),
  };
}

function query(where: Extract<Content, { kind: 'query' }>['where']): Content {
  return { kind: 'query', where, weight: 1 };
}

function rich(found: readonly NamedAmount[]): NamedAmount[] {
  return found
    .filter(({ name, items, hours }) => canBeAskedFor(name) && items >= LEAST.items && hours >= LEAST.hours)
    .slice(0, MOST_OF_A_KIND);
}

/** A library may have blank names, by which nothing can be asked for. */
function canBeAskedFor(name: string): boolean {
  return asked.safeParse({ genre: [name] }).success;
}
