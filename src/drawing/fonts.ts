import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Blob, Face, Font } from 'harfbuzzjs';
import { PACKAGE_FOLDER } from '../shared/package-folder.ts';

/** Font files of our own; `src/` is part of the package. */
const OWN = path.join(PACKAGE_FOLDER, 'src/drawing/fonts');
const DEJAVU = path.join(path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

export type Weight = 'regular' | 'bold';

/** Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian, Lao and most signs. */
const COMMON: Record<Weight, string> = {
  regular: path.join(DEJAVU, 'DejaVuSans.ttf'),
  bold: path.join(DEJAVU, 'DejaVuSans-Bold.ttf'),
};

/** What is in none of the common fonts, and where it is. These have one weight. */
const OTHERS: readonly { readonly holds: RegExp; readonly file: string }[] = [
  {
    holds: /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}|\u20E3/u,
    file: 'NotoEmoji-Regular.ttf',
  },
  {
    holds:
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303F\uFF00-\uFFEF]/u,
    file: 'WenQuanYiMicroHei.ttc',
  },
  ...[
    ...['Thai', 'Devanagari', 'Bengali', 'Tamil', 'Telugu', 'Gujarati', 'Gurmukhi', 'Kannada', 'Malayalam'],
    ...['Oriya', 'Sinhala', 'Khmer', 'Myanmar', 'Ethiopic'],
  ].map((script) => ({ holds: new RegExp(`\\p{Script=${script}}`, 'u'), file: `NotoSans${script}-Regular.ttf` })),
];

/** A font, and whether it is as bold as was asked for. */
export interface ChosenFont {
  readonly font: Font;
  readonly isWeightless: boolean;
}

/** The fonts of a drawing, each read when the first text needs it. They are large: let them go with the drawing. */
export class Fonts {
  readonly #byFile = new Map<string, ChosenFont>();

  /** The font for a character as a reader sees it; `before`: that of the one before it, for signs that go with it. */
  choose(grapheme: string, weight: Weight, before: ChosenFont | undefined): ChosenFont {
    const other = OTHERS.find(({ holds }) => holds.test(grapheme));
    if (other !== undefined) return this.#open(path.join(OWN, other.file), true);
    const common = this.#open(COMMON[weight], false);
    return before === undefined || hasGlyph(common, grapheme) || !hasGlyph(before, grapheme) ? common : before;
  }

  #open(file: string, isWeightless: boolean): ChosenFont {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const bytes = readFileSync(file);
    const font = new Font(new Face(new Blob(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))));
    const chosen = { font, isWeightless };
    this.#byFile.set(file, chosen);
    return chosen;
  }
}

function hasGlyph({ font }: ChosenFont, grapheme: string): boolean {
  return font.nominalGlyph(grapheme.codePointAt(0) ?? 0) !== undefined;
}
