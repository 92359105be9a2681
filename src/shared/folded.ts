/** Text as people compare names: without case in any script, accents and outer spaces. */
export function folded(text: string): string {
  // Most names are plain, and a library has many.
  if (/^[ -~]*$/.test(text)) return text.trim().toLowerCase();
  // By way of capitals, which `ß` and `ss` have in common; a sigma at a word's end is written in another way.
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase().toLowerCase();
  return plain.replaceAll('ς', 'σ').trim();
}
