import { describe, expect, it, test } from '@jest/globals';
import { Links, type LinkTarget } from '../../src/access/links.ts';

const HOUR = 3_600_000;
const LISTS: LinkTarget = { kind: 'lists' };
const CHANNEL: LinkTarget = { kind: 'channel', channelId: 'one' };
const SEGMENTS: LinkTarget = { kind: 'segments', channelId: 'one' };
const OTHER: LinkTarget = { kind: 'channel', channelId: 'two' };
const TARGETS = [LISTS, CHANNEL, SEGMENTS, OTHER];

test('a lasting link lets in where it is for and nowhere else, for ever and after a restart', () => {
  const links = new Links('secret', () => 0);
  const later = new Links('secret', () => 100 * 365 * 24 * HOUR);
  for (const target of TARGETS) {
    const element = links.lasting(target);
    expect(element).toMatch(/^~[\w-]{22}$/);
    expect(TARGETS.filter((each) => later.check(element, each) === 'valid')).toEqual([target]);
    expect(later.lasting(target)).toBe(element);
  }
});

test('a link for a browser is the same for an hour, lets in to its channel, and expires', () => {
  let now = 1000 * HOUR + 1;
  const links = new Links('secret', () => now);
  const element = links.forBrowser('one');
  now += HOUR - 1;
  expect(links.forBrowser('one')).toBe(element);
  expect(TARGETS.filter((target) => links.check(element, target) === 'valid')).toEqual([CHANNEL]);
  now = 1013 * HOUR - 1;
  expect(links.check(element, CHANNEL)).toBe('valid');
  now += 1;
  expect(links.check(element, CHANNEL)).toBe('expired');
  // A later end is another link, which nobody can make.
  expect(links.check(element.replace(/^~\w+/, (1020).toString(36)), CHANNEL)).toBe('invalid');
});

test('a new secret makes all links worthless', () => {
  const links = new Links('secret', () => 0);
  const given = [links.lasting(CHANNEL), links.forBrowser('one')];
  links.renew('another');
  expect(given.map((element) => links.check(element, CHANNEL))).toEqual(['invalid', 'invalid']);
  expect(links.check(links.lasting(CHANNEL), CHANNEL)).toBe('valid');
});

describe('what nobody has given is worth nothing', () => {
  const links = new Links('secret', () => 0);
  const right = links.lasting(CHANNEL);
  it.each([
    ['', '~', right.slice(1), right.slice(0, -1), `${right}A`, `~.${right.slice(1)}`, `~zz.${right.slice(1)}`],
    [right.toUpperCase(), `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`, `~zzzzzzzzz.${right.slice(1)}`],
  ])('%s …', (...elements) => {
    expect(elements.map((element) => links.check(element, CHANNEL))).toEqual(elements.map(() => 'invalid'));
  });
});
