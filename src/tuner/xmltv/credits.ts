import type { Person } from '../../library/library-item.ts';
import { oneLine, parentElement, textElement } from '../xml.ts';

/** Hosts parse the whole guide anew for every channel: it names those whom people look for. */
const MOST_ACTORS = 15;
const MOST_OTHERS = 5;

/** What hosts call whom, in the order of the DTD. */
const CREDITS: readonly (readonly [kind: string, element: string, guest?: 'yes'])[] = [
  ['director', 'director'],
  ['actor', 'actor'],
  ['gueststar', 'actor', 'yes'],
  ['writer', 'writer'],
  ['producer', 'producer'],
  ['composer', 'composer'],
  ['editor', 'editor'],
  ['presenter', 'presenter'],
];

/** Who is in it, in the order of the DTD; nothing where nobody is known. */
export function credits(people: readonly Person[]): string {
  let lines = '';
  for (const [kind, called, guest] of CREDITS) {
    const isActor = called === 'actor';
    let left = isActor ? MOST_ACTORS : MOST_OTHERS;
    for (const person of people) {
      if (person.kind !== kind || left === 0) continue;
      const name = oneLine(person.name);
      if (name === '') continue;
      const role = isActor && person.role ? oneLine(person.role) : undefined;
      lines += textElement(called, { role, guest }, name);
      left--;
    }
  }
  return lines === '' ? '' : parentElement('credits', {}, lines);
}
