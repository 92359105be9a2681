import { setTimeout as delay } from 'node:timers/promises';

/** Looks until there is an answer, and gives it; after the limit it fails with what it waited for. */
export async function until(what, look, limitMs = 60_000) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs / 1000} s in vain until ${what}`);
    await delay(250);
  }
}

/** Fails with a sentence unless it holds. */
export function hold(isTrue, sentence) {
  if (!isTrue) throw new Error(sentence);
}
