import { closestMatch } from 'leven';
import { folded } from '../../shared/folded.ts';
import type { Slices } from '../../shared/slices.ts';

/** How names are spelled, by what of them people compare. */
export type Spellings = ReadonlyMap<string, string>;

/** So many are compared between two looks at the clock: a few milliseconds of work. */
const STEP = 500;

/** Of names how they are spelled, with others having their turn in between. */
export async function spellingsOf(names: readonly string[], slices: Slices): Promise<Spellings> {
  const spellings = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    spellings.set(folded(name), name);
    if (index % STEP === 0) await slices.next();
  }
  return spellings;
}

/** The one that was most likely meant by a name that is none of these; undefined where none is like it. */
export async function nearestName(given: string, names: Spellings, slices: Slices): Promise<string | undefined> {
  const wanted = folded(given);
  const known = [...names.keys()];
  const maxDistance = Math.max(1, Math.ceil(wanted.length / 3));
  let near: string | undefined;
  for (let at = 0; at < known.length; at += STEP) {
    const step = known.slice(at, at + STEP);
    near = closestMatch(wanted, near === undefined ? step : [near, ...step], { maxDistance });
    await slices.next();
  }
  near ??= known.find((one) => wanted !== '' && one.includes(wanted));
  return near === undefined ? undefined : names.get(near);
}
