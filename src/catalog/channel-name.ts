/** Names are the same that differ only in case, spaces or how their signs are composed. */
export function nameKey(name: string): string {
  // Up and then down: "ß" and "SS" become the same, as the full case folding of Unicode has it.
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase().normalize('NFKC');
}

/** A name that no other channel has, by their keys: "Films", "Films (2)". */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  for (let suffix = 2, candidate = name; ; suffix++) {
    if (!taken.has(nameKey(candidate))) return candidate;
    candidate = `${name} (${suffix})`;
  }
}
