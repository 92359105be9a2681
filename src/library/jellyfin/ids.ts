/** SQL that reads an id as text, however the column holds it: a blob as `x` and its hex digits. */
export function rawId(column: string): string {
  return `case typeof(${column}) when 'blob' then 'x' || hex(${column}) else ${column} end`;
}

/** An id as its column holds it, from what `rawId` reads. */
export function storedOf(raw: string): string | Buffer {
  return raw.startsWith('x') ? Buffer.from(raw.slice(1), 'hex') : raw;
}

/** An id as the REST API spells it, from what `rawId` reads; null for none and for all zeros, which stand for none. */
export function apiIdOf(raw: string | null): string | null {
  if (raw === null) return null;
  const digits = raw.startsWith('x') ? swapped(raw.slice(1)) : raw.replaceAll('-', '');
  return /^[\da-f]{32}$/i.test(digits) && !/^0+$/.test(digits) ? digits.toLowerCase() : null;
}

/** An API id as a blob: .NET writes the first three groups with their bytes reversed. */
export function blobId(apiId: string): Buffer {
  return Buffer.from(swapped(apiId), 'hex');
}

/** An API id as newer servers keep it: upper case and dashed. */
export function dashedId(apiId: string): string {
  const at = (from: number, to: number) => apiId.slice(from, to);
  return `${at(0, 8)}-${at(8, 12)}-${at(12, 16)}-${at(16, 20)}-${at(20, 32)}`.toUpperCase();
}

function swapped(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const order = [3, 2, 1, 0, 5, 4, 7, 6];
  return bytes.map((byte, index) => bytes[order[index] ?? index] ?? byte).join('');
}
