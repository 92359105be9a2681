import { setTimeout as delay } from 'node:timers/promises';

/** Nothing is seen sooner after it was listed. */
export const POLL_MS = 200;
/** Segments that a viewer is given at once when it tunes in: when they were due, nobody watched. */
const AT_TUNE_IN = 3;
/** Segments before a segment is on air that it is due. */
const LEAD_SEGMENTS = 2;

/** Stays in a media playlist and notes how long after it was due each segment is listed. */
export class LeadWatch {
  /** Milliseconds, segment by segment; below 0 never, since nothing is listed before it is due. */
  lateMs = [];
  /** Milliseconds before whoever began with the first segment that was listed has played up to it, segment by segment. */
  spareMs = [];
  faults = [];
  /** Milliseconds from the first request until a segment was listed. */
  firstMs;
  /** How it was refused, if it was. */
  refusal;
  #url;
  #last;
  #seen = 0;
  #began;
  #done = false;
  #watching = Promise.resolve();

  constructor(url) {
    this.#url = url;
  }

  /** Resolves when it is listed or refused. */
  static async open(url) {
    const watch = new LeadWatch(url);
    const askedAt = performance.now();
    await watch.#load();
    watch.firstMs = performance.now() - askedAt;
    if (watch.refusal === undefined) watch.#watching = watch.#watch();
    return watch;
  }

  async stop() {
    this.#done = true;
    await this.#watching;
  }

  async #watch() {
    while (!this.#done) {
      await delay(POLL_MS);
      await this.#load();
      if (this.refusal !== undefined) this.faults.push(`refused: ${this.refusal.body}`);
      this.refusal = undefined;
    }
  }

  async #load() {
    const response = await fetch(this.#url);
    const body = await response.text();
    if (!response.ok) {
      this.refusal = { status: response.status, retryAfter: response.headers.get('retry-after'), body };
      return;
    }
    this.#url = response.url;
    const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(body)?.[1]);
    const entries = [...body.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(\S+)\n#EXTINF:([\d.]+),/g)];
    for (const [index, [, date, extinf]] of entries.entries()) {
      const number = first + index;
      if (this.#last !== undefined && number <= this.#last) continue;
      if (this.#last !== undefined && number !== this.#last + 1) this.faults.push(`${this.#last}, then ${number}`);
      this.#last = number;
      const dueAt = Date.parse(date) - LEAD_SEGMENTS * Number(extinf) * 1000;
      const now = Date.now();
      this.#began ??= { at: now, date: Date.parse(date) };
      this.spareMs.push(this.#began.at + Date.parse(date) - this.#began.date - now);
      if (++this.#seen > AT_TUNE_IN) this.lateMs.push(now - dueAt);
    }
  }
}
