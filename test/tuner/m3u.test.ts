import { describe, expect, it, test } from '@jest/globals';
import { renderM3u } from '../../src/tuner/m3u.ts';
import { entryTitle, tunerName } from '../../src/tuner/names.ts';

const ID = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';

/** The entries as a tuner's parser sees them: attributes, the text after the last comma, the address. */
function parse(m3u: string) {
  const lines = m3u.split('\n');
  return lines.flatMap((line, index) => {
    if (!line.startsWith('#EXTINF:')) return [];
    const attributes = Object.fromEntries(
      [...line.matchAll(/([-a-z]+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
    );
    const address = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#'));
    return [{ attributes, title: line.slice(line.lastIndexOf(',') + 1), address, commas: line.split(',').length - 1 }];
  });
}

function render(name: string) {
  const channels = [{ id: ID, number: '7', name, group: 'Series' }];
  return renderM3u({ channels, baseUrl: 'http://nas.local:8765' });
}

test('an entry carries the id, the number, the name and the address of the continuous stream', () => {
  expect(parse(render('Old Show'))).toEqual([
    {
      attributes: { 'tvg-id': `${ID}.sidecast`, 'tvg-chno': '7', 'tvg-name': 'Old Show', 'group-title': 'Series' },
      title: 'Old Show',
      address: `http://nas.local:8765/stream/${ID}.ts`,
      commas: 1,
    },
  ]);
});

test('the header names the guide, and each entry what the stream is', () => {
  const lines = render('Old Show').split('\n');
  expect(lines[0]).toBe(
    '#EXTM3U x-tvg-url="http://nas.local:8765/guide.xml" url-tvg="http://nas.local:8765/guide.xml"',
  );
  expect(lines[2]).toBe('#KODIPROP:mimetype=video/mp2t');
});

test('ids are what XMLTV allows', () => {
  expect(parse(render('x'))[0]?.attributes['tvg-id']).toMatch(/^[-a-zA-Z0-9]+(\.[-a-zA-Z0-9]+)+$/);
});

test('no channel, no entry', () => {
  expect(renderM3u({ channels: [], baseUrl: 'http://x' }).trim().split('\n')).toHaveLength(1);
});

describe('a name cannot break the entry that it stands in', () => {
  it.each([
    ['quotes', 'The "Best" of', 'The Best of'],
    ['commas', 'Lock, Stock, Barrel', 'Lock Stock Barrel'],
    ['a dash between spaces', 'Law - Order', 'Law – Order'],
    ['a hyphen', 'Spider-Man', 'Spider-Man'],
    ['line breaks', 'One\r\nhttp://evil/\u2028x', 'One http://evil/ x'],
    ['nothing that can be shown', '\u0000 ,"', 'Channel 7'],
    ['other scripts', 'Amélie 東京', 'Amélie 東京'],
  ])('%s', (_what, name, expected) => {
    expect(tunerName(name, 'Channel 7')).toBe(expected);
    expect(parse(render(name))).toMatchObject([{ attributes: { 'tvg-name': expected }, title: expected, commas: 1 }]);
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
