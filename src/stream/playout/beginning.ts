import { LEAD_SEGMENTS } from './lead.ts';
import type { Shows } from './screen.ts';

/** How long a tune-in waits for the item before a card is shown instead. */
const STARTING_MS = 8_000;

/** How a rendition began, or began anew: by that it is judged what is slow and what is late. */
export class Beginning {
  /** On the clock's `elapsed()`. */
  readonly at: number;
  readonly #segment: number;
  #punctualFrom: number;
  #showedItem = false;

  constructor(segment: number, at: number) {
    this.#segment = segment;
    this.at = at;
    this.#punctualFrom = segment + LEAD_SEGMENTS + 1;
  }

  /** Viewers have come with this segment on air: only what comes after its lead has had time to be made. */
  viewersCame(onAir: number): void {
    this.#punctualFrom = onAir + LEAD_SEGMENTS + 1;
  }

  showed({ kind }: Shows): void {
    this.#showedItem ||= kind === 'item';
  }

  /** Viewers have waited too long for the first picture of the item. */
  isSlow(now: number): boolean {
    return !this.#showedItem && now - this.at > STARTING_MS;
  }

  /** The first viewers have something of the item to watch, when `next` is still to be published. */
  isOver(next: number): boolean {
    return this.#showedItem && next > this.#segment + 1;
  }

  /** A segment is published after its own time has begun, and not because viewers have just come. */
  isLate(segment: number, onAir: number): boolean {
    return segment >= this.#punctualFrom && segment <= onAir;
  }
}
