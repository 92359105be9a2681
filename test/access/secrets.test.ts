import { describe, expect, it, test } from '@jest/globals';
import { createSecret, isSameSecret, seal } from '../../src/access/secrets.ts';
import { createSession, isSession, SESSION_MS } from '../../src/access/sessions.ts';

test('a secret is 32 characters that need no escaping, and another one each time', () => {
  expect(createSecret()).toMatch(/^[\w-]{32}$/);
  expect(createSecret()).not.toBe(createSecret());
});

describe('secrets are compared whole', () => {
  it.each([
    ['secret', 'secret', true],
    ['secret', 'secreT', false],
    ['', 'secret', false],
    ['secret and more', 'secret', false],
    ['é', 'e', false],
  ])('"%s" and "%s"', (given, right, same) => expect(isSameSecret(given, right)).toBe(same));
});

test('a seal is HMAC-SHA-256 (RFC 4231, test case 2)', () => {
  const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  expect(seal('Jefe', 'what do ya want for nothing?')).toBe(Buffer.from(expected, 'hex').toString('base64url'));
});

describe('a session', () => {
  const key = 'correct-horse-battery';
  const session = createSession(key, 5000);
  it.each([
    ['as it was given', session, key, 5000, true],
    ['until its end', session, key, 5000 + SESSION_MS - 1, true],
    ['and no longer', session, key, 5000 + SESSION_MS, false],
    ['not after the key was changed', session, 'another-key-altogether', 5000, false],
    ['not when it was made longer', session.replace(/^\d/, '9'), key, 5000, false],
    ['not without its seal', `${session.split('.')[0]}.`, key, 5000, false],
    ['not when there is none', '', key, 0, false],
  ])('is taken %s', (_when, given, right, now, taken) => expect(isSession(given, right, now)).toBe(taken));
});
