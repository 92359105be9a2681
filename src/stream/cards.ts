import { createRequire } from 'node:module';
import path from 'node:path';
import { QUALITIES } from '../ffmpeg/quality.ts';
import type { Developer, Urgency } from '../reels/developer.ts';
import { type ReelFormat, type ReelJob, stillJob } from '../reels/reel-job.ts';
import type { ReelStore } from '../reels/reel-store.ts';
import { writeFileAtomic } from '../shared/atomic-file.ts';
import { readReelSegment } from '../splice/reel-segment.ts';

/** What a card says: the channel's name, and a line below it. */
export interface CardText {
  readonly heading: string;
  readonly line: string;
}

const FONT_FOLDER = path.join(
  path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
  'ttf',
);
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => path.join(FONT_FOLDER, name));

/** Makes cards: still pictures that are developed once and aired for as long as there is nothing better. */
export class Cards {
  readonly #options: { directory: string; developer: Developer; store: ReelStore };
  readonly #jobs = new Map<string, Promise<ReelJob>>();
  readonly #keys = new Set<string>();

  constructor(options: { directory: string; developer: Developer; store: ReelStore }) {
    this.#options = options;
  }

  /** Sees to it that a card is there when it is needed. One that was given up is tried again in another `attempt`. */
  async prepare(text: CardText, format: ReelFormat, attempt: string, urgency: Urgency = 'ahead'): Promise<void> {
    const job = await this.#job(text, format);
    this.#options.developer.develop(job, { from: 0, until: 1, urgency, airing: attempt });
  }

  /** The bytes of the card's one reel segment; undefined while it is being developed. */
  async bytes(text: CardText, format: ReelFormat, attempt: string): Promise<Buffer | undefined> {
    const { store } = this.#options;
    const { key } = await this.#job(text, format);
    const bytes = await store.read(key, 0);
    if (bytes !== undefined && isWhole(bytes, format)) return bytes;
    // The disk lost a part of it.
    if (bytes !== undefined) await store.discard(key, 0);
    await this.prepare(text, format, attempt, 'tune-in');
    return undefined;
  }

  /** Why a card cannot be developed, in words; undefined while there is hope. */
  async problem(text: CardText, format: ReelFormat, attempt: string): Promise<string | undefined> {
    const { developer } = this.#options;
    const { key } = await this.#job(text, format);
    const prospect = developer.prospect(key, 0, attempt);
    if (prospect !== 'waiting to retry' && prospect !== 'given up') return undefined;
    // Perhaps its picture is what is missing.
    this.#jobs.delete(idOf(text, format));
    return developer.reasonOf(key);
  }

  /** The reels of all cards that were asked for. */
  keys(): ReadonlySet<string> {
    return this.#keys;
  }

  async #job(text: CardText, format: ReelFormat): Promise<ReelJob> {
    const id = idOf(text, format);
    const known = this.#jobs.get(id);
    if (known !== undefined) return known;
    const job = this.#draw(text, format);
    this.#jobs.set(id, job);
    try {
      return await job;
    } catch (error) {
      this.#jobs.delete(id);
      throw error;
    }
  }

  async #draw(text: CardText, format: ReelFormat): Promise<ReelJob> {
    const { width, height } = QUALITIES[format.quality];
    const svg = renderCardSvg(text, width, height);
    // Loaded when the first card is drawn: most sidecars idle, and it is large.
    const { Resvg } = await import('@resvg/resvg-js');
    const png = new Resvg(svg, {
      font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
    });
    const job = stillJob('card.png', wordsOf(text), format);
    const file = path.join(this.#options.directory, `${job.key}.png`);
    this.#keys.add(job.key);
    await writeFileAtomic(file, png.render().asPng());
    return { ...job, inputFile: file };
  }
}

function wordsOf({ heading, line }: CardText): string {
  return `${heading}\n${line}`;
}

function idOf(text: CardText, format: ReelFormat): string {
  return JSON.stringify([wordsOf(text), format]);
}

function isWhole(bytes: Buffer, { grid }: ReelFormat): boolean {
  try {
    return readReelSegment(grid, 0, bytes).pictures.length > 0;
  } catch {
    return false;
  }
}

/** A card as SVG: dark and quiet, readable from across a room, within the 90 % that every television shows. */
export function renderCardSvg({ heading, line }: CardText, width: number, height: number): string {
  const headingSize = Math.min(height / 8, (width * 1.3) / Math.max(12, heading.length));
  const lineSize = Math.min(height / 20, (width * 1.3) / Math.max(24, line.length));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#1d2b45"/><stop offset="1" stop-color="#0b1120"/>
    </linearGradient>
  </defs>
  <rect width="100%" height="100%" fill="url(#sky)"/>
  <g font-family="DejaVu Sans" text-anchor="middle" fill="#f4f1ea">
    <text x="50%" y="${height * 0.5}" font-size="${headingSize}" font-weight="bold">${escapeXml(heading)}</text>
    <rect x="${width * 0.46}" y="${height * 0.56}" width="${width * 0.08}" height="${Math.max(2, height / 180)}" fill="#e2a84b"/>
    <text x="50%" y="${height * 0.66}" font-size="${lineSize}" fill="#b9c2d3">${escapeXml(line)}</text>
  </g>
</svg>`;
}

function escapeXml(text: string): string {
  // What XML has no place for, a name may still have: control characters and halves of pairs.
  const sayable = text.replace(/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, ' ');
  return sayable.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
