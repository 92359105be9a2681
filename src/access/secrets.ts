import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret: 192 random bits, as 32 characters that need no escaping. */
export function createSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** Takes the same time however much of `given` is right. */
export function isSameSecret(given: string, right: string): boolean {
  return timingSafeEqual(digest(given), digest(right));
}

/** What only who has the secret can say of some words (HMAC with SHA-256, RFC 2104), as 43 characters. */
export function seal(secret: string, words: string): string {
  return createHmac('sha256', secret).update(words).digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
