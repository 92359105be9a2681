import { groupBy } from '../../library/group-by.ts';
import type { AskedName, NameKind } from '../../schedule/programming/asked-names.ts';
import { folded } from '../../shared/folded.ts';
import { Slices } from '../../shared/slices.ts';
import type { KnownName, KnownNames } from './known-names.ts';
import { nearestName, type Spellings, spellingsOf } from './nearest-name.ts';

/** What is said of a name that there is not, and where those are that there are. */
const ABSENT: Readonly<Record<NameKind, readonly [none: string, where: string]>> = {
  show: ['no show is called', '/api/library/shows lists those that there are'],
  collection: ['no collection or playlist is called', '/api/library lists those that there are'],
  item: ['there is no item', '/api/library/items lists those that there are'],
  source: ['nothing was found in a source', '/api/library lists those that there are'],
  library: ['no library of a media server is called', '/api/library lists those that there are'],
  genre: ['nothing has the genre', '/api/library/items tells those that there are'],
  certificate: ['nothing has the certificate', '/api/library/items tells those that there are'],
  studio: ['nothing is by a studio called', '/api/library/items tells those that there are'],
  tag: ['nothing has the tag', '/api/library/items tells those that there are'],
  person: ['nobody in any credits is called', '/api/library/items tells those that there are'],
};

/** For no more than so many of the absent it is looked for what is near: a library has many names, most of them of people. */
const MOST_COMPARED = 20;
const MOST_PEOPLE = 5;

/** Of names that programmings ask for those that there are not, each with words that help whoever mistyped it. */
export async function absentNames(asked: readonly AskedName[], names: KnownNames): Promise<Map<AskedName, string>> {
  const slices = new Slices();
  const absent = new Map<AskedName, string>();
  for (const [kind, some] of groupBy(asked, (each) => each.kind)) {
    const known = groupBy(await names.among(kind, [...new Set(some.map(({ name }) => name))]), ({ name }) => name);
    const found = new Map<string, Promise<Spellings>>();
    const namesLike = ({ name, source }: AskedName): Promise<Spellings> => {
      // But for people they are the same whatever is asked for.
      const key = JSON.stringify([source, kind === 'person' && name]);
      const spellings =
        found.get(key) ?? names.like(kind, name).then((all) => spellingsOf(namesIn(all, source), slices));
      found.set(key, spellings);
      return spellings;
    };
    for (const one of some) {
      const there = (known.get(one.name) ?? []).filter((each) => isOf(each, one.source));
      const words =
        there.length > 0
          ? seasonMissing(one, there)
          : await wordsFor(one, { names, namesLike, slices, absentBefore: absent.size });
      if (words !== undefined) absent.set(one, words);
      await slices.next();
    }
  }
  return absent;
}

function namesIn(known: readonly KnownName[], source: string | undefined): string[] {
  return known.filter((each) => isOf(each, source)).map(({ name }) => name);
}

function isOf(known: KnownName, source: string | undefined): boolean {
  return source === undefined || known.source === source;
}

function seasonMissing({ name, season }: AskedName, there: readonly KnownName[]): string | undefined {
  if (season === undefined || there.some((known) => known.season === season)) return undefined;
  const seasons = [...new Set(there.flatMap((known) => known.season ?? []))].sort((a, b) => a - b);
  return `"${name}" has no season ${season}${seasons.length === 0 ? '' : `; it has ${seasons.join(', ')}`}`;
}

async function wordsFor(
  asked: AskedName,
  options: {
    readonly names: KnownNames;
    readonly namesLike: (asked: AskedName) => Promise<Spellings>;
    readonly slices: Slices;
    readonly absentBefore: number;
  },
): Promise<string | undefined> {
  const { names, namesLike, slices, absentBefore } = options;
  const { kind, name, source, isFolded } = asked;
  const [none, where] = ABSENT[kind];
  const absent = `${none} "${name}"${source === undefined ? '' : ` in ${source}`}`;
  // Of people those that differ only in case and accents were found already.
  if (kind === 'person' && absentBefore >= MOST_PEOPLE) return `${absent}; ${where}`;
  const like = await namesLike(asked);
  if (isFolded && like.has(folded(name))) return undefined;
  const nearest = absentBefore < MOST_COMPARED ? await nearestName(name, like, slices) : undefined;
  const near = nearest !== undefined && kind === 'person' ? await names.spelling(nearest) : nearest;
  return `${absent}; ${near === undefined ? where : `did you mean "${near}"?`}`;
}
