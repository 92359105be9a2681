import { expect, it, test } from '@jest/globals';
import { judgeGuide } from '../../src/doctor/checks/guide.ts';
import { plainBase } from '../../src/tuner/channel-address.ts';
import { renderM3u } from '../../src/tuner/m3u.ts';
import { renderXmltv } from '../../src/tuner/xmltv/xmltv.ts';
import { CHANNELS, NOW } from '../http/sidecar.ts';
import { EPISODE, textOf } from '../tuner/xmltv/guide-samples.ts';

const HOUR_MS = 3_600_000;
const baseUrl = 'http://tv:8765';
const item = { ...EPISODE, title: 'Part <1>' };
const programmes = [-1, 0, 1].map((hour) => ({
  startMs: NOW + hour * HOUR_MS - 60_000,
  stopMs: NOW + (hour + 1) * HOUR_MS - 60_000,
  itemId: item.id,
}));
const m3u = renderM3u({ channels: CHANNELS, base: plainBase(baseUrl) });
const guide = await textOf(
  renderXmltv({
    ...{ channels: CHANNELS, baseUrl, fromMs: NOW - HOUR_MS, toMs: NOW + HOUR_MS },
    programmesOf: async () => programmes,
    describe: async () => new Map([[item.id, item]]),
  }),
);

test('our own guide is valid', () => {
  expect(judgeGuide({ m3u, guide, now: NOW })).toEqual([{ kind: 'fine', words: 'valid, 6 programmes on 2 channels' }]);
});

it.each<[string, (guide: string) => string, RegExp]>([
  ['text that is no XML', () => 'Bad Gateway', /not well-formed XML/],
  ['an end that is missing', (text) => text.slice(0, -20), /not well-formed XML/],
  ['an entity that is none', (text) => text.replace('Part', '&nope;'), /not well-formed XML/],
  ['another root', (text) => text.replaceAll('<tv', '<radio').replace('</tv>', '</radio>'), /begins with <radio>/],
  ['an id without a dot', (text) => text.replaceAll('.sidecast', ''), /is no channel id/],
  ['a channel that is there twice', (text) => text.replaceAll(CHANNELS[1]!.id, CHANNELS[0]!.id), /is there twice/],
  ['a channel without a name', (text) => text.replace(/ *<display-name>.*\n/g, ''), /has no name/],
  ['a programme without a title', (text) => text.replace(/ *<title>.*\n/, ''), /has no title/],
  ['a time zone with a colon', (text) => text.replace('+0000', '+00:00'), /no times that hosts read/],
  ['a stop before its start', (text) => text.replace(/stop="2026/, 'stop="2025'), /no times that hosts read/],
  ['a channel that there is not', (text) => text.replace(/(<programme.*channel=")[^.]*/, '$1x'), /does not have/],
  [
    'an order that the DTD does not allow',
    (text) => text.replace(/( *<title>.*\n)( *<sub-title>.*\n)/, '$2$1'),
    /order/,
  ],
  ['an element that is none of XMLTV’s', (text) => text.replaceAll('category', 'genre'), /<genre> does not belong/],
  [
    'programmes that overlap',
    (text) => text.replace(/stop="20261124200900/, 'stop="20261124210900'),
    /before the one before/,
  ],
  [
    'nothing on now',
    (text) => text.replace(/<programme start="202611242009[\s\S]*?<\/programme>/, ''),
    /what is on now on Old/,
  ],
])('%s is told', (_what, spoil, words) => {
  const spoilt = spoil(guide);
  expect(spoilt).not.toBe(guide);
  const [finding] = judgeGuide({ m3u, guide: spoilt, now: NOW });
  expect(finding).toMatchObject({ kind: 'wrong', words: expect.stringMatching(words), nextStep: expect.any(String) });
});
