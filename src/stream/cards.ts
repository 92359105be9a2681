import { createRequire } from 'node:module';
import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { QUALITIES } from '../ffmpeg/quality.ts';
import type { Developer, Urgency } from '../reels/developer.ts';
import { type ReelFormat, type ReelJob, stillJob } from '../reels/reel-job.ts';
import type { ReelStore } from '../reels/reel-store.ts';
import { writeFileAtomic } from '../shared/atomic-file.ts';

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

  /** Sees to it that a card is there when it is needed. */
  async prepare(text: CardText, format: ReelFormat): Promise<void> {
    this.#develop(await this.#job(text, format), 'ahead');
  }

  /** The bytes of the card's one reel segment; undefined while it is being developed. */
  async bytes(text: CardText, format: ReelFormat): Promise<Buffer | undefined> {
    const job = await this.#job(text, format);
    const bytes = await this.#options.store.read(job.key, 0);
    if (bytes === undefined) this.#develop(job, 'tune-in');
    return bytes;
  }

  /** Why a card cannot be developed, in words; undefined while there is hope. */
  async problem(text: CardText, format: ReelFormat): Promise<string | undefined> {
    const { key } = await this.#job(text, format);
    const prospect = this.#options.developer.prospect(key, 0, 'card');
    return prospect === 'waiting to retry' || prospect === 'given up'
      ? this.#options.developer.reasonOf(key)
      : undefined;
  }

  /** The reels of all cards that were asked for. */
  keys(): ReadonlySet<string> {
    return this.#keys;
  }

  #develop(job: ReelJob, urgency: Urgency): void {
    this.#options.developer.develop(job, { from: 0, until: 1, urgency, airing: 'card' });
  }

  async #job(text: CardText, format: ReelFormat): Promise<ReelJob> {
    const words = `${text.heading}\n${text.line}`;
    const id = JSON.stringify([words, format]);
    const job = this.#jobs.get(id) ?? this.#draw(text, words, format);
    this.#jobs.set(id, job);
    return job;
  }

  async #draw(text: CardText, words: string, format: ReelFormat): Promise<ReelJob> {
    const { width, height } = QUALITIES[format.quality];
    const svg = renderCardSvg(text, width, height);
    const png = new Resvg(svg, {
      font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
    });
    const job = stillJob('card.png', words, format);
    const file = path.join(this.#options.directory, `${job.key}.png`);
    this.#keys.add(job.key);
    await writeFileAtomic(file, png.render().asPng());
    return { ...job, inputFile: file };
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
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
