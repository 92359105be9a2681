import { type M3uChannel, parseM3U } from '@iptv/playlist';
import { describe, expect, it, test } from '@jest/globals';
import { plainBase } from '../../src/tuner/channel-address.ts';
import { renderM3u, type TunerChannel } from '../../src/tuner/m3u.ts';
import { entryTitle, tunerName } from '../../src/tuner/names.ts';

const ID = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';
const BASE_URL = 'http://nas.local:8765';

function channelOf(name: string): TunerChannel {
  return { id: ID, number: '5.1', name, tunerQuality: '720p', group: 'Series' };
}

function render(name: string): string {
  return renderM3u({ channels: [channelOf(name)], base: plainBase(BASE_URL) });
}

/** The entry as a parser sees it that shares nothing with ours. */
function entryOf(m3u: string): M3uChannel {
  const { channels } = parseM3U(m3u);
  expect(channels).toHaveLength(1);
  return channels[0]!;
}

test('another parser reads an entry’s id, number, name, group and address', () => {
  expect(parseM3U(render('Old Show'))).toEqual({
    headers: { xTvgUrl: `${BASE_URL}/guide.xml`, urlTvg: `${BASE_URL}/guide.xml` },
    channels: [
      {
        duration: -1,
        tvgId: `${ID}.sidecast`,
        tvgName: 'Old Show',
        groupTitle: 'Series',
        name: 'Old Show',
        ...{ url: `${BASE_URL}/stream/${ID}.ts`, urls: [`${BASE_URL}/stream/${ID}.ts`] },
        tvgLogo: `${BASE_URL}/channels/${ID}/logo.png`,
        extras: { 'tvg-chno': '5.1', 'channel-number': '5.1' },
      },
    ],
  });
});

describe.each([
  ['ts', 'video/mp2t', `${BASE_URL}/stream/${ID}.ts`],
  ['hls', 'application/vnd.apple.mpegurl', `${BASE_URL}/stream/${ID}/master.m3u8`],
] as const)('as %s', (format, type, url) => {
  const m3u = renderM3u({ channels: [channelOf('Old Show')], base: plainBase(BASE_URL), format, catchUpDays: 2.5 });

  test('an entry says what the stream is, and where', () => {
    expect(m3u.split('\n')[2]).toBe(`#KODIPROP:mimetype=${type}`);
    expect(entryOf(m3u)).toMatchObject({ url });
  });

  test('and how what is over is watched', () => {
    expect(entryOf(m3u)).toMatchObject({
      ...{ catchup: 'default', catchupDays: '3', catchupSource: `${url}?start={utc}` },
    });
  });
});

test('ids are what XMLTV allows', () => {
  expect(entryOf(render('x')).tvgId).toMatch(/^[-a-zA-Z0-9]+(\.[-a-zA-Z0-9]+)+$/);
});

test('a group cannot break it either, and none is left out', () => {
  const groups = (group: string) =>
    entryOf(renderM3u({ channels: [{ ...channelOf('x'), group }], base: plainBase(BASE_URL) }));
  expect(groups('Kids, "all" - ages').groupTitle).toBe('Kids all – ages');
  expect(groups('Crime; Law;Order').groupTitle).toBe('Crime Law Order');
  expect(groups('')).not.toHaveProperty('groupTitle');
});

test('no channel, no entry', () => {
  expect(
    renderM3u({ channels: [], base: plainBase('http://x') })
      .trim()
      .split('\n'),
  ).toHaveLength(1);
});

describe('a name cannot break the entry that it stands in', () => {
  it.each([
    ['quotes', 'The "Best" of', 'The Best of'],
    ['commas', 'Lock, Stock, Barrel', 'Lock Stock Barrel'],
    ['a dash between spaces', 'Law - Order', 'Law – Order'],
    ['dashes one after another', 'Law - - Order -- Crime', 'Law – – Order – Crime'],
    ['a hyphen', 'Spider-Man', 'Spider-Man'],
    ['line breaks', 'One\r\nhttp://evil/\u2028x', 'One http://evil/ x'],
    ['nothing that can be shown', '\u0000 ,"', 'Channel 5.1'],
    ['other scripts', 'Amélie 東京', 'Amélie 東京'],
  ])('%s', (_what, name, expected) => {
    expect(tunerName(name, 'Channel 5.1')).toBe(expected);
    const m3u = render(name);
    expect(entryOf(m3u)).toMatchObject({ tvgName: expected, name: expected, url: `${BASE_URL}/stream/${ID}.ts` });
    // Jellyfin takes what is after the last comma, others what is after the first.
    expect(m3u.split('\n')[1]!.split(',')).toHaveLength(2);
  });
});

describe('a first word that reads as a number stays in the title', () => {
  it.each([
    ['24 Hour Comedy', '24\u00a0Hour Comedy'],
    ['3. Programme', '3.\u00a0Programme'],
    ['1.5 Kelvin', '1.5\u00a0Kelvin'],
    ['Infinity War', 'Infinity\u00a0War'],
    ['24', '24'],
    ['Channel 4', 'Channel 4'],
    ['2nd Street', '2nd Street'],
  ])('%s', (name, expected) => expect(entryTitle(name)).toBe(expected));
});
