/** A name that every host shows as it was meant: on one line, and without the signs at which players split an entry. */
export function tunerName(name: string, fallback: string): string {
  const plain = name
    .replace(/["\p{Cc}\u2028\u2029,]/gu, ' ')
    .replace(/\s+-+(?=\s)/g, ' –')
    .replace(/\s+/g, ' ')
    .trim();
  return plain === '' ? fallback : plain;
}

/**
 * The name as an M3U entry's title. Jellyfin drops a first word that reads as a number ("24 Hour Comedy", even
 * "Infinity War"), so such a word is tied to the next one by a no-break space.
 */
export function entryTitle(name: string): string {
  return name.replace(/^([-+.]?\d[-+.\de]*|-?infinity|nan) /i, '$1\u00a0');
}
