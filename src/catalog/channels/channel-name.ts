/** How long a name may be, in UTF-16 code units. */
export const MOST_NAME = 100;
const UNNAMED = 'Untitled';

/** Names of channels, or of groups, are the same that differ only in case, spaces or how their signs are composed. */
export function nameKey(name: string): string {
  // Up and then down: "ß" and "SS" become the same, as the full case folding of Unicode has it.
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase().normalize('NFKC');
}

/** A name that a channel may have, from whatever something in a library is called; `suffix` is never cut off. */
export function legalName(called: string, suffix = ''): string {
  const printed = called
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return `${shortened(printed === '' ? UNNAMED : printed, MOST_NAME - suffix.length)}${suffix}`;
}

/** A name that no other channel has, by their keys: "Films", "Films (2)". */
export function uniqueName(called: string, taken: ReadonlySet<string>): string {
  for (let suffix = 2, candidate = legalName(called); ; suffix++) {
    if (!taken.has(nameKey(candidate))) return candidate;
    candidate = legalName(called, ` (${suffix})`);
  }
}

/** Cut between two signs, however many code points each is made of. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text.slice(0, length + 1))) {
    if (index + segment.length <= length) end = index + segment.length;
  }
  // One sign may be longer than any name: then it is cut between code points.
  return text
    .slice(0, end || length)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
}
