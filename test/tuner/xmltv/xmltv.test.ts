import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseXmltv } from '@iptv/xmltv';
import { describe, expect, it, test } from '@jest/globals';
import { escapeXml, textElement } from '../../../src/tuner/xml.ts';
import type { XmltvItem } from '../../../src/tuner/xmltv/item.ts';
import { xmltvTime } from '../../../src/tuner/xmltv/time.ts';
import { renderXmltv } from '../../../src/tuner/xmltv/xmltv.ts';
import { BASE_URL, CHANNEL, documentOf, EPISODE, FILM, guideOf, ID, START } from './guide-samples.ts';

const DTD = '/usr/share/xmltv/xmltv.dtd';

/** All that a library may know, of an episode. */
const DESCRIBED: XmltvItem = {
  ...EPISODE,
  episodeEnd: 4,
  overview: ' Two "lines" &\n<more> ',
  year: 2008,
  originalAirDate: '2008-01-20',
  certificate: 'TV-14',
  stars: 7.4,
  genres: ['Drama', 'Documentary', 'Sport'],
  tags: ['desert', 'Drama'],
  people: [
    { name: 'Ann Actor', role: 'The "Boss"', kind: 'actor' },
    { name: 'Gus Guest', role: null, kind: 'gueststar' },
    { name: 'Dora Director', role: null, kind: 'director' },
    { name: 'Will Writer', role: 'Writer', kind: 'writer' },
    { name: 'Pat Producer', role: null, kind: 'producer' },
    { name: 'Cy Composer', role: null, kind: 'composer' },
    { name: 'Nobody Known', role: null, kind: 'lyricist' },
  ],
  pictures: ['poster', 'thumb'],
  durationMs: 58 * 60_000 + 20_000,
  picture: { height: 1080, aspect: 16 / 9 },
  providerIds: { imdb: 'tt0959621', tmdb: '62085', tvdb: '349232', zap2it: 'EP1' },
};

test('a film that nothing is known of is a title in the category Movie, on lines of their own', async () => {
  expect((await guideOf([FILM])).split('\n').slice(8)).toEqual([
    `<programme start="20261124235958 +0000" stop="20261125000058 +0000" channel="${ID}.sidecast">`,
    '<title>A Film</title>',
    '<category>Movie</category>',
    '<audio>',
    '<stereo>stereo</stereo>',
    '</audio>',
    '</programme>',
    '</tv>',
    '',
  ]);
});

test('a channel that shows nothing all the time is off air for as long as the guide goes', async () => {
  expect((await documentOf([], new Map())).split('\n').slice(8, -2)).toEqual([
    `<programme start="20261124235958 +0000" stop="20261125235958 +0000" channel="${ID}.sidecast">`,
    '<title>Off air</title>',
    '</programme>',
  ]);
});

test('a channel has its name and its number for display names', async () => {
  expect(await guideOf([FILM])).toContain(
    `<channel id="${ID}.sidecast">\n<display-name>Old &amp; &lt;New&gt;</display-name>\n<display-name>7</display-name>`,
  );
});

test('another parser reads back all that is known', async () => {
  const { channels, programmes = [], ...root } = parseXmltv(decodable(await guideOf([DESCRIBED])));
  expect(root).toMatchObject({ sourceInfoName: 'Sidecast', sourceInfoUrl: BASE_URL });
  expect(channels).toEqual([
    {
      id: `${ID}.sidecast`,
      displayName: [{ _value: 'Old ＆ ＜New＞' }, { _value: '7' }],
      icon: [{ src: `${BASE_URL}/channels/${ID}/logo.png` }],
    },
  ]);
  const values = (...all: string[]) => all.map((_value) => ({ _value }));
  expect(programmes).toEqual([
    {
      start: new Date(START),
      stop: new Date(START + 60_000),
      channel: `${ID}.sidecast`,
      title: values('Old Show'),
      subTitle: values('Pilot'),
      desc: values('Two ＂lines＂ ＆\n＜more＞'),
      credits: {
        director: values('Dora Director'),
        actor: [
          { _value: 'Ann Actor', role: 'The ＂Boss＂' },
          { _value: 'Gus Guest', guest: true },
        ],
        writer: values('Will Writer'),
        producer: values('Pat Producer'),
        composer: values('Cy Composer'),
      },
      date: new Date('2008-01-20'),
      category: values('Series', 'Drama', 'Sports'),
      keyword: values('Documentary', 'Sport', 'desert', 'Drama'),
      length: { _value: 58, units: 'minutes' },
      icon: [{ src: `${BASE_URL}/artwork/0/thumb?width=480` }],
      episodeNum: [
        { _value: '0.2.', system: 'xmltv_ns' },
        { _value: 'S01E03-E04', system: 'onscreen' },
        { _value: 'S01E03', system: 'SxxExx' },
        { _value: 'episode/tt0959621', system: 'imdb.com' },
        { _value: 'episode/62085', system: 'themoviedb.org' },
        { _value: 'episode/349232', system: 'thetvdb.com' },
      ],
      video: { aspect: '16:9', quality: 'HDTV' },
      audio: { stereo: 'stereo' },
      previouslyShown: { start: new Date('2008-01-20') },
      rating: [{ value: 'TV-14', system: 'VCHIP' }],
      starRating: [{ value: '7.4/10' }],
    },
  ]);
});

test('a film has its poster, its year, and no number that Plex would take for an episode’s', async () => {
  const film = { ...DESCRIBED, ...{ ...FILM, year: 1999, originalAirDate: null }, providerIds: DESCRIBED.providerIds };
  const guide = await guideOf([{ ...film, pictures: ['backdrop', 'thumb', 'poster'] }]);
  expect(parseXmltv(guide).programmes).toMatchObject([
    {
      date: new Date('1999-01-01'),
      category: [{ _value: 'Movie' }],
      icon: [{ src: `${BASE_URL}/artwork/0/poster?width=480` }],
      url: [
        { _value: 'https://www.imdb.com/title/tt0959621', system: 'imdb.com' },
        { _value: 'https://www.themoviedb.org/movie/62085', system: 'themoviedb.org' },
        { _value: 'https://thetvdb.com/dereferrer/movie/349232', system: 'thetvdb.com' },
      ],
    },
  ]);
  expect(guide).not.toMatch(/episode-num|previously-shown/);
});

describe('episode numbers', () => {
  it.each([
    ['season and episode', 2, 14, ['1.13.', 'S02E14', 'S02E14']],
    ['a special has no season in xmltv_ns', 0, 5, ['.4.', 'S00E05', 'S00E05']],
    ['an episode alone', null, 5, ['.4.']],
    ['nothing known', null, null, ['..']],
    ['numbers beyond two digits', 2026, 101, ['2025.100.', 'S2026E101', 'S2026E101']],
  ])('%s', async (_what, season, episode, expected) => {
    const numbers = (await guideOf([{ ...EPISODE, season, episode }])).matchAll(/<episode-num [^>]+>([^<]+)</g);
    expect([...numbers].map((match) => match[1])).toEqual(expected);
  });
});

describe('categories are those by which hosts sort', () => {
  it.each([
    ['an ordinary film for the family is for no children', ['Family', 'Comedy'], 'PG', ['Comedy'], ['Family']],
    ['one that all may see is', ['Family'], 'G', ['Kids'], ['Family']],
    ['a certificate says so as well', [], 'TV-Y7', ['Kids'], []],
    ['so does a genre', ["Children's"], null, ['Kids'], ["Children's"]],
    ['a documentary is no news', ['Documentary'], null, [], ['Documentary']],
    ['news is', ['News', 'Talk'], null, ['News', 'Talk'], []],
    ['sport has the host’s name', ['Football'], null, ['Sports'], ['Football']],
  ])('%s', async (_what, genres, certificate, categories, keywords) => {
    const [programme] = parseXmltv(await guideOf([{ ...FILM, genres, certificate }])).programmes ?? [];
    const values = (all: readonly { _value: string }[] = []) => all.map(({ _value }) => _value);
    expect(values(programme?.category)).toEqual(['Movie', ...categories]);
    expect(values(programme?.keyword)).toEqual(keywords);
  });
});

describe('the picture is as it is aired', () => {
  it.each([
    ['no larger than the film', { height: 576, aspect: 1.34 }, { aspect: '4:3', quality: 'SDTV' }],
    ['no larger than the channel', { height: 2160, aspect: 2.39 }, { aspect: '2.39:1', quality: 'HDTV' }],
    ['of a shape that nobody knows', { height: 720, aspect: null }, { quality: 'HDTV' }],
  ])('%s', async (_what, picture, video) => {
    expect(parseXmltv(await guideOf([{ ...FILM, picture }])).programmes).toMatchObject([{ video }]);
  });
});

test('what is short is told in seconds', async () => {
  expect(await guideOf([{ ...FILM, durationMs: 29_500 }])).toContain('<length units="seconds">30</length>');
});

test('a large cast is cut short', async () => {
  const people = Array.from({ length: 80 }, (_, index) => ({ name: `P${index}`, role: null, kind: 'actor' }));
  expect((await guideOf([{ ...FILM, people }])).match(/<actor>/g)).toHaveLength(15);
});

test('times are rounded down to the second, so a programme stops where the next one starts', () => {
  expect([1500.4, 2999.9].map(xmltvTime)).toEqual(['19700101000001 +0000', '19700101000002 +0000']);
});

test('what lasts no second is left out, and so is what was forgotten', async () => {
  const at = (startMs: number, stopMs: number, itemId: string) => ({ startMs, stopMs, itemId });
  const programmes = [
    at(START, START + 300, 'a'),
    at(START + 300, START + 5000, 'gone'),
    at(START + 5000, START + 9000, 'a'),
  ];
  expect((await documentOf(programmes, new Map([['a', FILM]]))).match(/<programme start="\d+/g)).toEqual([
    '<programme start="20261125000003',
  ]);
});

test('items are asked about once for a channel, a hundred at a time', async () => {
  const asked: (readonly string[])[] = [];
  const items = new Map(Array.from({ length: 150 }, (_, index) => [String(index), FILM]));
  const programmes = Array.from({ length: 450 }, (_, index) => ({
    ...{ startMs: START + index * 1000, stopMs: START + (index + 1) * 1000, itemId: String(index % 150) },
  }));
  expect((await documentOf(programmes, items, asked)).match(/<programme /g)).toHaveLength(450);
  expect(asked.map(({ length }) => length)).toEqual([100, 50]);
});

test('channels are asked about in their order, two while another one is written', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const asked: string[] = [];
  const written: string[] = [];
  const pieces = renderXmltv({
    channels: ids.map((id) => ({ ...CHANNEL, id })),
    ...{ baseUrl: BASE_URL, fromMs: START, toMs: START + 60_000 },
    async programmesOf({ id }) {
      asked.push(id);
      return [{ startMs: START, stopMs: START + 60_000, itemId: 'film' }];
    },
    describe: async () => new Map([['film', FILM]]),
  });
  for await (const piece of pieces) {
    const channel = /<programme .* channel="(\w)/.exec(Buffer.from(piece).toString())?.[1];
    if (channel === undefined) continue;
    written.push(channel);
    expect(asked).toEqual(ids.slice(0, written.length + 2));
  }
  expect(written).toEqual(ids);
});

describe('text that XML could not carry', () => {
  it.each([
    ['signs that mean something', 'a<b>&"c"', 'a&lt;b&gt;&amp;&quot;c&quot;'],
    ['control characters', 'a\u0000\u0008\u001fb', 'ab'],
    ['non-characters', 'a\ufffe\uffffb', 'ab'],
    ['half a character', 'a\ud800b', 'ab'],
    ['a whole one beyond the first plane', '🎬', '🎬'],
    ['what is harmless', "a\tb\nc'd=é東", "a\tb\nc'd=é東"],
  ])('%s', (_what, text, expected) => expect(escapeXml(text)).toBe(expected));

  test('nothing at all is an empty element', () => expect(textElement('url', { a: undefined }, '')).toBe('<url/>\n'));
});

const judge = spawnSync('tv_validate_file', ['--help']).error === undefined && existsSync(DTD) ? test : test.skip;
judge('tv_validate_file finds nothing to say about a guide of awkward texts', async () => {
  const awkward = ['A & B', '<script>', ']]>', '\u0000\u0001', 'line\nbreak', '"quoted"', 'é東京🎬', '\ud800', ''];
  const items = awkward.flatMap((text): XmltvItem[] => [
    { ...FILM, title: text },
    { ...EPISODE, title: text, show: text },
    { ...EPISODE, season: 0 },
    { ...EPISODE, season: null, episode: null },
    awkwardly(DESCRIBED, text),
    awkwardly({ ...FILM, picture: DESCRIBED.picture, providerIds: DESCRIBED.providerIds }, text),
  ]);
  const folder = await mkdtemp(path.join(tmpdir(), 'sidecast-guide-'));
  try {
    const file = path.join(folder, 'guide.xml');
    await writeFile(file, await guideOf(items));
    const { status, stdout, stderr } = spawnSync('tv_validate_file', ['--dtd-file', DTD, file], { encoding: 'utf8' });
    expect({ status, said: (stdout + stderr).trim() }).toEqual({ status: 0, said: 'Validated ok.' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** With this text wherever a library has texts. */
function awkwardly(item: XmltvItem, text: string): XmltvItem {
  return {
    ...item,
    ...{ title: text, overview: text, certificate: text, genres: [text], tags: [text] },
    people: DESCRIBED.people.map((person) => ({ ...person, name: text, role: text })),
    providerIds: { imdb: text, tmdb: text, tvdb: text },
  };
}

/** The parser leaves entities as they are: these become signs that look like what they stand for. */
function decodable(xml: string): string {
  return xml.replaceAll('&amp;', '＆').replaceAll('&lt;', '＜').replaceAll('&gt;', '＞').replaceAll('&quot;', '＂');
}
