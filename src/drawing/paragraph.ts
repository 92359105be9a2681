import bidiFactory from 'bidi-js';
import { Buffer as ShapingBuffer, Direction, shape } from 'harfbuzzjs';
import type { ChosenFont, Fonts, Weight } from './fonts.ts';

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en', { granularity: 'word' });
/** Between two words of these a line may end without a space. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** How much a stroke makes a letter bolder, in em. */
const BOLDER = 0.035;

/** A part of a text: characters [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line as outlines: SVG, its baseline at 0, one em being 1. */
export interface Outlines {
  readonly width: number;
  readonly svg: string;
}

interface Run extends Span {
  readonly chosen: ChosenFont;
  /** Odd levels are written from right to left. */
  readonly level: number;
}

/** Lengths are in em. */
interface Glyph {
  readonly id: number;
  /** The first character that it stands for. */
  readonly cluster: number;
  readonly advance: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** A text in any script, to be broken into lines and drawn. Widths are in em. */
export class Paragraph {
  readonly text: string;
  readonly #weight: Weight;
  readonly #runs: readonly Run[];
  readonly #advances: Float64Array;

  constructor(text: string, weight: Weight, fonts: Fonts) {
    this.text = text;
    this.#weight = weight;
    this.#runs = runsOf(text, weight, fonts);
    this.#advances = new Float64Array(text.length);
    for (const { cluster, advance } of this.#runs.flatMap((run) => shaped(text, run))) {
      this.#advances[cluster] = (this.#advances[cluster] ?? 0) + advance;
    }
  }

  /** Where lines may be broken: each word without the space behind it. */
  words(): Span[] {
    const found: { from: number; to: number }[] = [];
    let isBroken = true;
    for (const { segment, index } of words.segment(this.text)) {
      if (/^\s+$/u.test(segment)) {
        isBroken = true;
        continue;
      }
      const last = found.at(-1);
      const isSpaceless = SPACELESS.test(segment) && SPACELESS.test(this.text.slice(last?.from, last?.to).slice(-1));
      if (last === undefined || isBroken || isSpaceless) found.push({ from: index, to: index + segment.length });
      else last.to = index + segment.length;
      isBroken = false;
    }
    return found;
  }

  widthOf({ from, to }: Span): number {
    return this.#advances.subarray(from, to).reduce((sum, advance) => sum + advance, 0);
  }

  /** A line of it. A font that has no bold is made so by a stroke in the colour of the text. */
  outlinesOf({ from, to }: Span): Outlines {
    const runs = this.#runs
      .filter((run) => run.from < to && run.to > from)
      .map((run) => ({ ...run, from: Math.max(run.from, from), to: Math.min(run.to, to) }));
    let x = 0;
    const paths = inVisualOrder(runs).flatMap((run) => {
      const { font, isWeightless } = run.chosen;
      const { upem } = font.face;
      const stroke = isWeightless && this.#weight === 'bold' ? ` stroke-width="${BOLDER * upem}"` : '';
      return shaped(this.text, run).map(({ id, advance, offsetX, offsetY }) => {
        const at = `translate(${round(x + offsetX)},${round(-offsetY)}) scale(${1 / upem},${-1 / upem})`;
        x += advance;
        const outline = font.glyphToPath(id);
        return outline === '' ? '' : `<path${stroke} transform="${at}" d="${outline}"/>`;
      });
    });
    return { width: x, svg: paths.join('') };
  }
}

/** The ends of its characters as a reader sees them. */
export function graphemeEnds(text: string): number[] {
  return [...graphemes.segment(text)].map(({ segment, index }) => index + segment.length);
}

function runsOf(text: string, weight: Weight, fonts: Fonts): Run[] {
  const { levels } = bidi.getEmbeddingLevels(text);
  const runs: { from: number; to: number; chosen: ChosenFont; level: number }[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    const last = runs.at(-1);
    const level = levels[index] ?? 0;
    const chosen = fonts.choose(segment, weight, last?.chosen);
    const to = index + segment.length;
    if (last?.chosen === chosen && last.level === level) last.to = to;
    else runs.push({ from: index, to, chosen, level });
  }
  return runs;
}

function shaped(text: string, { from, to, level, chosen: { font } }: Run): Glyph[] {
  const buffer = new ShapingBuffer();
  buffer.addText(text, from, to - from);
  buffer.setDirection(level % 2 === 1 ? Direction.RTL : Direction.LTR);
  buffer.guessSegmentProperties();
  shape(font, buffer);
  const { upem } = font.face;
  return buffer.getGlyphInfosAndPositions().map((glyph) => ({
    id: glyph.codepoint,
    cluster: glyph.cluster,
    advance: (glyph.xAdvance ?? 0) / upem,
    offsetX: (glyph.xOffset ?? 0) / upem,
    offsetY: (glyph.yOffset ?? 0) / upem,
  }));
}

/** From the left to the right (UAX 9, rule L2). */
function inVisualOrder(runs: readonly Run[]): Run[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let to = from;
      while ((ordered[to]?.level ?? -1) >= level) to++;
      if (to > from) ordered.splice(from, to - from, ...ordered.slice(from, to).toReversed());
      from = Math.max(from, to);
    }
  }
  return ordered;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
