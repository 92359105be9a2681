import { expect, test } from '@jest/globals';
import { Troubles } from '../../src/reels/troubles.ts';

const FAILURE = { key: 'film', airing: 'monday', reason: 'no such file', gotOn: false, endsAt: undefined };

function troublesAt() {
  let now = 1_000_000;
  const troubles = new Troubles(() => now);
  return { troubles, pass: (ms: number) => (now += ms) };
}

test('what fails is tried again after 1, 2, 4 and 8 s, then given up until its next airing', () => {
  const { troubles, pass } = troublesAt();
  for (const seconds of [1, 2, 4, 8]) {
    expect(troubles.record(FAILURE)).toBe(`trying again in ${seconds} s`);
    pass(seconds * 1000 - 1);
    expect(troubles.prospect('film', 3, 'monday')).toBe('waiting to retry');
    pass(1);
    expect(troubles.prospect('film', 3, 'monday')).toBe('not asked for');
  }
  expect(troubles.record(FAILURE)).toBe('given up until it airs again');
  pass(3_600_000);
  expect(troubles.prospect('film', 3, 'monday')).toBe('given up');
  expect(troubles.prospect('film', 3, 'tuesday')).toBe('not asked for');
  expect(troubles.reasonOf('film')).toBe('no such file');
});

test('one that got on waits no longer than the first time', () => {
  const { troubles } = troublesAt();
  troubles.record(FAILURE);
  troubles.record(FAILURE);
  expect(troubles.record({ ...FAILURE, gotOn: true })).toBe('trying again in 1 s');
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
  expect(troubles.reasonOf('film')).toBeUndefined();
  troubles.record(FAILURE);
  pass(86_400_001);
  troubles.record({ ...FAILURE, key: 'another' });
  expect(troubles.reasonOf('film')).toBeUndefined();
});
