import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { escapeXml, textElement } from '../../src/tuner/xml.ts';
import type { GuideItem } from '../../src/tuner/xmltv.ts';
import { renderXmltv, xmltvTime } from '../../src/tuner/xmltv.ts';

const DTD = '/usr/share/xmltv/xmltv.dtd';
const ID = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';
const START = Date.UTC(2026, 10, 24, 23, 59, 58);
const CHANNEL = { id: ID, number: '7', name: 'Old & <New>', group: 'Movies' };
const FILM: GuideItem = { kind: 'film', title: 'A Film', show: null, season: null, episode: null };
const EPISODE: GuideItem = { kind: 'episode', title: 'Pilot', show: 'Old Show', season: 1, episode: 3 };

function render(item: GuideItem, stopMs = START + 60_000) {
  const programmes = [{ channelId: ID, startMs: START, stopMs, item }];
  return renderXmltv({ channels: [CHANNEL], programmes, baseUrl: 'http://nas.local:8765' });
}

test('a film is one title in the category Movie, on lines of their own', () => {
  expect(render(FILM).split('\n').slice(7)).toEqual([
    `<programme start="20261124235958 +0000" stop="20261125000058 +0000" channel="${ID}.sidecast">`,
    '<title>A Film</title>',
    '<category lang="en">Movie</category>',
    '</programme>',
    '</tv>',
    '',
  ]);
});

test('an episode is titled by its show and numbered in both systems', () => {
  expect(render(EPISODE).split('\n').slice(8, 13)).toEqual([
    '<title>Old Show</title>',
    '<sub-title>Pilot</sub-title>',
    '<category lang="en">Series</category>',
    '<episode-num system="xmltv_ns">0.2.</episode-num>',
    '<episode-num system="SxxExx">S01E03</episode-num>',
  ]);
});

test('a channel has its name and its number for display names', () => {
  expect(render(FILM)).toContain(
    `<channel id="${ID}.sidecast">\n<display-name>Old &amp; &lt;New&gt;</display-name>\n<display-name>7</display-name>`,
  );
});

describe('episode numbers', () => {
  it.each([
    ['season and episode', 2, 14, ['1.13.', 'S02E14']],
    ['a special has no season in xmltv_ns', 0, 5, ['.4.', 'S00E05']],
    ['an episode alone', null, 5, ['.4.']],
    ['nothing known', null, null, ['..']],
    ['numbers beyond two digits', 2026, 101, ['2025.100.', 'S2026E101']],
  ])('%s', (_what, season, episode, expected) => {
    const numbers = [...render({ ...EPISODE, season, episode }).matchAll(/<episode-num [^>]+>([^<]+)</g)];
    expect(numbers.map((match) => match[1])).toEqual(expected);
  });
});

test('times are rounded to the second, so a programme stops where the next one starts', () => {
  expect([1500.4, 2499.9].map(xmltvTime)).toEqual(['19700101000002 +0000', '19700101000002 +0000']);
});

test('what rounds to no time at all is left out', () => {
  expect(render(FILM, START + 300)).not.toContain('<programme');
});

describe('text that XML could not carry', () => {
  it.each([
    ['signs that mean something', 'a<b>&"c"', 'a&lt;b&gt;&amp;&quot;c&quot;'],
    ['control characters', 'a\u0000\u0008\u001fb', 'ab'],
    ['non-characters', 'a\ufffe\uffffb', 'ab'],
    ['half a character', 'a\ud800b', 'ab'],
    ['a whole one beyond the first plane', '🎬', '🎬'],
  ])('%s', (_what, text, expected) => expect(escapeXml(text)).toBe(expected));

  test('nothing at all is an empty element', () => expect(textElement('url', { a: undefined }, '')).toBe('<url/>'));
});

const judge = spawnSync('tv_validate_file', ['--help']).error === undefined && existsSync(DTD) ? test : test.skip;
judge('tv_validate_file finds nothing to say about a guide of awkward names', async () => {
  const awkward = ['A & B', '<script>', ']]>', '\u0000\u0001', 'line\nbreak', '"quoted"', 'é東京🎬', '\ud800', ''];
  const items = awkward.flatMap((title): GuideItem[] => [
    { ...FILM, title },
    { ...EPISODE, title, show: title },
    { ...EPISODE, season: 0 },
    { ...EPISODE, season: null, episode: null },
  ]);
  const programmes = items.map((item, index) => ({
    channelId: ID,
    startMs: START + index * 60_000,
    stopMs: START + (index + 1) * 60_000,
    item,
  }));
  const folder = await mkdtemp(path.join(tmpdir(), 'sidecast-guide-'));
  try {
    const file = path.join(folder, 'guide.xml');
    await writeFile(file, renderXmltv({ channels: [CHANNEL], programmes, baseUrl: 'http://nas.local:8765' }));
    const { status, stdout, stderr } = spawnSync('tv_validate_file', ['--dtd-file', DTD, file], { encoding: 'utf8' });
    expect({ status, said: (stdout + stderr).trim() }).toEqual({ status: 0, said: 'Validated ok.' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
