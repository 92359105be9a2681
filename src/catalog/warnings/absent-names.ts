import { groupBy } from '../../library/group-by.ts';
import type { AskedName, NameKind } from '../../schedule/programming/asked-names.ts';
import { folded } from '../../shared/folded.ts';
import { Slices } from '../../shared/slices.ts';
import type { KnownName, KnownNames } from './known-names.ts';
import type { KnownPeople } from './known-people.ts';
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

/** Of names that programmings ask for those that there are not, each with words that help whoever mistyped it. */
export async function absentNames(asked: readonly AskedName[], names: KnownNames): Promise<Map<AskedName, string>> {
  const slices = new Slices();
  const absent = new Map<AskedName, string>();
  for (const [kind, some] of groupBy(asked, (each) => each.kind)) {
    const found =
      kind === 'person'
        ? await absentPeople(some, { people: names.people, mostCompared: MOST_COMPARED - absent.size, slices })
        : await absentOf(kind, some, { names, slices, absentBefore: absent.size });
    for (const [one, words] of found) absent.set(one, words);
  }
  return absent;
}

/** Who is in no credits; those that differ only in case and accents are. */
async function absentPeople(
  asked: readonly AskedName[],
  { people, mostCompared, slices }: { people: KnownPeople; mostCompared: number; slices: Slices },
): Promise<Map<AskedName, string>> {
  const known = new Set(await people.among([...new Set(asked.map(({ name }) => name))]));
  const absent = asked.filter(({ name }) => !known.has(name));
  const compared = [...new Set(absent.map(({ name }) => name))].slice(0, Math.max(0, mostCompared));
  const nearest = new Map<string, string>();
  for (const [name, alike] of compared.length === 0 ? [] : await people.like(compared)) {
    const near = await nearestName(name, await spellingsOf(alike, slices), slices);
    if (near !== undefined) nearest.set(name, near);
  }
  const spelt = await people.spellings([...new Set(nearest.values())]);
  return new Map(absent.map((one) => [one, inWords(one, spelt.get(nearest.get(one.name) ?? ''))]));
}

/** Names of any other kind. */
async function absentOf(
  kind: Exclude<NameKind, 'person'>,
  asked: readonly AskedName[],
  { names, slices, absentBefore }: { names: KnownNames; slices: Slices; absentBefore: number },
): Promise<Map<AskedName, string>> {
  const absent = new Map<AskedName, string>();
  const known = groupBy(await names.among(kind, [...new Set(asked.map(({ name }) => name))]), ({ name }) => name);
  const found = new Map<string | undefined, Promise<Spellings>>();
  const namesIn = (source: string | undefined): Promise<Spellings> => {
    const spellings =
      found.get(source) ??
      names.like(kind).then((all) => {
        const there = all.filter((each) => isOf(each, source));
        return spellingsOf(
          there.map(({ name }) => name),
          slices,
        );
      });
    found.set(source, spellings);
    return spellings;
  };
  for (const one of asked) {
    const there = (known.get(one.name) ?? []).filter((each) => isOf(each, one.source));
    let words = there.length > 0 ? seasonMissing(one, there) : undefined;
    if (there.length === 0) {
      const like = await namesIn(one.source);
      if (one.isFolded && like.has(folded(one.name))) continue;
      const isCompared = absentBefore + absent.size < MOST_COMPARED;
      words = inWords(one, isCompared ? await nearestName(one.name, like, slices) : undefined);
    }
    if (words !== undefined) absent.set(one, words);
    await slices.next();
  }
  return absent;
}

function isOf(known: KnownName, source: string | undefined): boolean {
  return source === undefined || known.source === source;
}

function seasonMissing({ name, season }: AskedName, there: readonly KnownName[]): string | undefined {
  if (season === undefined || there.some((known) => known.season === season)) return undefined;
  const seasons = [...new Set(there.flatMap((known) => known.season ?? []))].sort((a, b) => a - b);
  return `"${name}" has no season ${season}${seasons.length === 0 ? '' : `; it has ${seasons.join(', ')}`}`;
}

function inWords({ kind, name, source }: AskedName, near: string | undefined): string {
  const [none, where] = ABSENT[kind];
  const absent = `${none} "${name}"${source === undefined ? '' : ` in ${source}`}`;
  return `${absent}; ${near === undefined ? where : `did you mean "${near}"?`}`;
}
