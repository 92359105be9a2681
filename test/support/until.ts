import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const BETWEEN_LOOKS_MS = 25;

/** Looks until there is an answer, and gives it; after a generous while the test fails with what it waited for. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { limitMs = LIMIT_MS }: { limitMs?: number } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await pause(BETWEEN_LOOKS_MS);
  }
}
