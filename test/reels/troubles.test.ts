import { expect, test } from '@jest/globals';
import { Troubles } from '../../src/reels/troubles.ts';

const GONE = { cause: 'missing file', message: 'no such file', advice: 'put it back' } as const;
const FAILURE = { key: 'film', airing: 'monday', failure: GONE, gotOn: false, answersAgain: false, endsAt: undefined };

function troublesAt() {
  let now = 1_000_000;
  const troubles = new Troubles(() => now);
  return { troubles, pass: (ms: number) => (now += ms) };
}

test('what fails is tried again after 1, 2, 4 and 8 s, then given up until its next airing', () => {
  const { troubles, pass } = troublesAt();
  for (const seconds of [1, 2, 4, 8]) {
    expect(troubles.record(FAILURE)).toEqual({ kind: 'retry', seconds });
    pass(seconds * 1000 - 1);
    expect(troubles.prospect('film', 3, 'monday')).toBe('waiting to retry');
    pass(1);
    expect(troubles.prospect('film', 3, 'monday')).toBe('not asked for');
  }
  expect(troubles.record(FAILURE)).toEqual({ kind: 'given up' });
  pass(3_600_000);
  expect(troubles.prospect('film', 3, 'monday')).toBe('given up');
  expect(troubles.prospect('film', 3, 'tuesday')).toBe('not asked for');
  expect(troubles.failureOf('film')).toBe(GONE);
});

test('channels that show the same reel at once give it up together', () => {
  const { troubles, pass } = troublesAt();
  const channels = ['first', 'second'];
  for (let tries = 0; tries < 10; tries++) {
    pass(8000);
    const airing = channels.find((name) => troubles.prospect('film', 3, name) === 'not asked for');
    if (airing !== undefined) troubles.record({ ...FAILURE, airing });
  }
  expect(channels.map((name) => troubles.prospect('film', 3, name))).toEqual(['given up', 'given up']);
  expect(troubles.prospect('film', 3, 'tomorrow')).toBe('not asked for');
});

test('of a file that ends too early each channel that shows it asks once for more', () => {
  const { troubles } = troublesAt();
  for (const airing of ['first', 'second']) {
    expect(troubles.prospect('film', 20, airing)).toBe('not asked for');
    troubles.record({ ...FAILURE, airing, endsAt: 20 });
  }
  expect(['first', 'second'].map((airing) => troubles.prospect('film', 20, airing))).toEqual(['given up', 'given up']);
});

test('one that got on waits no longer than the first time', () => {
  const { troubles } = troublesAt();
  troubles.record(FAILURE);
  troubles.record(FAILURE);
  expect(troubles.record({ ...FAILURE, gotOn: true })).toEqual({ kind: 'retry', seconds: 1 });
});

test('a file that ends too early has what lies before its end', () => {
  const { troubles } = troublesAt();
  troubles.record({ ...FAILURE, gotOn: true, endsAt: 20 });
  troubles.overcome('film');
  expect([19, 20].map((segment) => troubles.prospect('film', segment, 'monday'))).toEqual([
    'not asked for',
    'given up',
  ]);
  expect(troubles.prospect('film', 20, 'tuesday')).toBe('not asked for');
  expect(troubles.endOf('film')).toBe(20);
});

test('what was overcome, or is a day old, is forgotten', () => {
  const { troubles, pass } = troublesAt();
  troubles.record(FAILURE);
  troubles.overcome('film');
  expect(troubles.failureOf('film')).toBeUndefined();
  troubles.record(FAILURE);
  pass(86_400_001);
  troubles.record({ ...FAILURE, key: 'another' });
  expect(troubles.failureOf('film')).toBeUndefined();
});

test('what is not the fault of the item is never given up', () => {
  const { troubles } = troublesAt();
  const full = { ...FAILURE, failure: { ...GONE, cause: 'disk full' as const } };
  const seconds = [1, 2, 4, 8, 8, 8].map(() => troubles.record(full));
  expect(seconds).toEqual([1, 2, 4, 8, 8, 8].map((wait) => ({ kind: 'retry', seconds: wait })));
});

test('what failed for what its file was before is tried at once, however often', () => {
  const { troubles } = troublesAt();
  for (let failures = 0; failures < 5; failures++) troubles.record(FAILURE);
  expect(troubles.record({ ...FAILURE, answersAgain: true })).toEqual({ kind: 'retry', seconds: 0 });
  expect(troubles.prospect('film', 3, 'monday')).toBe('not asked for');
});

test('what can be read again is tried at once', () => {
  const { troubles } = troublesAt();
  for (let failures = 0; failures < 5; failures++) troubles.record(FAILURE);
  expect(troubles.prospect('film', 3, 'monday')).toBe('given up');
  troubles.forgive('film');
  expect(troubles.prospect('film', 3, 'monday')).toBe('not asked for');
});
