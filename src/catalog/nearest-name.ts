import { closestMatch } from 'leven';
import { folded } from '../shared/folded.ts';
import type { Slices } from '../shared/slices.ts';

/** A few milliseconds of comparing. */
const STEP = 500;

/** Names by how people compare them, with others having their turn in between. */
export async function byCall(names: readonly string[], slices: Slices): Promise<ReadonlyMap<string, string>> {
  const calls = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    calls.set(folded(name), name);
    if (index % STEP === 0) await slices.next();
  }
  return calls;
}

/** The one that was most likely meant by a name that is none of these; undefined where none is like it. */
export async function nearestName(
  given: string,
  names: ReadonlyMap<string, string>,
  slices: Slices,
): Promise<string | undefined> {
  const call = folded(given);
  const calls = [...names.keys()];
  const maxDistance = Math.max(1, Math.ceil(call.length / 3));
  let near: string | undefined;
  for (let at = 0; at < calls.length; at += STEP) {
    const step = calls.slice(at, at + STEP);
    near = closestMatch(call, near === undefined ? step : [near, ...step], { maxDistance });
    await slices.next();
  }
  near ??= calls.find((one) => call !== '' && one.includes(call));
  return near === undefined ? undefined : names.get(near);
}
