import { describe, expect, it, test } from '@jest/globals';
import { Fonts } from '../../src/drawing/fonts.ts';
import { Paragraph } from '../../src/drawing/paragraph.ts';

const fonts = new Fonts();

function paragraph(text: string): Paragraph {
  return new Paragraph(text, 'regular', fonts);
}

function outlines(text: string): string[] {
  const { svg } = paragraph(text).outlinesOf({ from: 0, to: text.length });
  return svg.split('<path').flatMap((path) => / d="([^"]+)"/.exec(path)?.[1] ?? []);
}

it.each([
  ['Latin', 'Größe, Łódź, “İstanbul” – 20:00 …'],
  ['Greek and Cyrillic', 'Ελληνικά Ёлки'],
  ['Arabic and Hebrew', 'قناة ערוץ'],
  ['Chinese, Japanese and Korean', '霸王别姬「千と千尋の神隠し」기생충、。'],
  ['Thai, Lao, Khmer and Burmese', 'ภาพยนตร์ ລາວ ភាសា မြန်မာ'],
  ['the scripts of India', 'हिन्दी। বাংলা தமிழ் తెలుగు ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം ଓଡ଼ିଆ සිංහල'],
  ['others', 'አማርኛ ქართული Հայերեն'],
  ['pictures', '😀 🎬 ♪ ★'],
])('there is a glyph for every character of %s', (_, text) => {
  let before: ReturnType<Fonts['choose']> | undefined;
  const missing = [...new Intl.Segmenter('en').segment(text)].filter(({ segment }) => {
    before = fonts.choose(segment, 'regular', before);
    return Array.from(segment).some(
      (character) => before?.font.nominalGlyph(character.codePointAt(0) ?? 0) === undefined,
    );
  });
  expect(missing.map(({ segment }) => segment)).toEqual([]);
});

describe('letters are shaped', () => {
  test('those of Arabic are joined', () => {
    const [alone] = outlines('ب');
    expect(outlines('ببب')).not.toContain(alone);
  });

  test('those of Devanagari that become one are one', () => {
    expect(outlines('क्ष')).toHaveLength(1);
  });

  test('a family of several people is one picture', () => {
    expect(outlines('👨‍👩‍👧')).toHaveLength(1);
  });
});

test('a text from right to left is drawn so, and what is from left to right in it is not turned round', () => {
  const [alef, bet] = [outlines('א')[0], outlines('ב')[0]];
  const [two, one] = [outlines('2')[0], outlines('1')[0]];
  expect(outlines('אב 12')).toEqual([one, two, bet, alef]);
  expect(outlines('1 אב 2')).toEqual([two, bet, alef, one]);
  const [a] = outlines('A');
  expect(outlines('A 1 אב 2')).toEqual([a, one, two, bet, alef]);
});

it.each([
  ['at spaces', 'Movie Night, tonight', ['Movie', 'Night,', 'tonight']],
  ['between the words of Japanese, but not before a full stop', '映画を見る。', ['映画', 'を', '見る。']],
  ['between the words of Thai', 'ภาพยนตร์ไทย', ['ภาพยนตร์', 'ไทย']],
])('lines may be broken %s', (_, text, words) => {
  expect(
    paragraph(text)
      .words()
      .map(({ from, to }) => text.slice(from, to)),
  ).toEqual(words);
});
