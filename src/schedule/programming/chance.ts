/** A number from 0 up to 2^32 that follows from its parts: chance that comes out the same every time. */
export function chance(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) hash = mixed(hash ^ mixed(part | 0));
  return hash >>> 0;
}

/** A text as such a number (FNV-1a). */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Every bit of the input changes half the bits of the result (the finaliser of MurmurHash3). */
function mixed(input: number): number {
  let hash = input + 0x9e3779b9;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
