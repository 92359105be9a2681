import { closestMatch } from 'leven';
import { folded } from '../shared/folded.ts';

/** Names by how people compare them. */
export function byCall(names: Iterable<string>): ReadonlyMap<string, string> {
  return new Map([...names].map((name) => [folded(name), name]));
}

/** The one that was most likely meant by a name that is none of these; undefined where none is like it. */
export function nearestName(given: string, names: ReadonlyMap<string, string>): string | undefined {
  const call = folded(given);
  const calls = [...names.keys()];
  const near =
    closestMatch(call, calls, { maxDistance: Math.max(1, Math.ceil(call.length / 3)) }) ??
    calls.find((one) => call !== '' && one.includes(call));
  return near === undefined ? undefined : names.get(near);
}
