import type { Quality } from '../../ffmpeg/quality.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Shows } from '../playout/screen.ts';

/** Something else is on air than before. */
interface Change {
  /** The channel's name. */
  readonly channel: string;
  readonly quality: Quality;
  readonly segment: number;
  readonly shows: Shows;
  /** The title of what follows. */
  readonly next: string | undefined;
}

/** Logs one line whenever a rendition shows something else than before. */
export class Announcer {
  readonly #logger: Logger;
  readonly #showing = new Map<Quality, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether this is something else than before. */
  isNews(quality: Quality, shows: Shows): boolean {
    return this.#showing.get(quality) !== told(shows);
  }

  announce({ channel, quality, segment, shows, next }: Change): void {
    this.#showing.set(quality, told(shows));
    const facts = { channel, quality, segment };
    const then = next === undefined ? '' : `, next is "${next}"`;
    if (shows.kind === 'item') this.#logger.info(facts, `"${channel}" airs "${shows.title}"${then}`);
    else this.#logger.warn(facts, `"${channel}" shows its card: ${shows.why}`);
  }
}

function told(shows: Shows): string {
  return shows.kind === 'item' ? shows.title : shows.why;
}
