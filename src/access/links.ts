import { isSameSecret, seal } from './secrets.ts';

const HOUR_MS = 3_600_000;
/** A page that is open for longer asks for a new link. */
const BROWSER_HOURS = 12;
/** 128 bits: more need not stand in an address. */
const SEAL_LENGTH = 22;

/** What a link is for: what is about all channels, all of one channel, or one channel's segments. */
export type LinkTarget =
  | { readonly kind: 'lists' }
  | { readonly kind: 'channel'; readonly channelId: string }
  | { readonly kind: 'segments'; readonly channelId: string };

/**
 * Makes the elements of paths that let in whoever has them, and knows them again. "~" and a seal (HMAC) of what the link
 * is for; before the seal, where it expires, when. A new secret makes all of them worthless.
 */
export class Links {
  readonly #now: () => number;
  #secret: string;

  /** `now` is milliseconds since the epoch. */
  constructor(secret: string, now: () => number) {
    this.#secret = secret;
    this.#now = now;
  }

  /** The element for a target, the same for ever: hosts know a channel by its address, and caches a segment. */
  lasting(target: LinkTarget): string {
    return `~${this.#seal(wordsOf(target))}`;
  }

  /** The element for a channel that a page is given; the same for an hour, since pages are cached. */
  forBrowser(channelId: string): string {
    const until = (Math.ceil(this.#now() / HOUR_MS) + BROWSER_HOURS).toString(36);
    return `~${until}.${this.#seal(`${wordsOf({ kind: 'channel', channelId })} ${until}`)}`;
  }

  /** What an element is worth for a target. */
  check(element: string, target: LinkTarget): 'valid' | 'expired' | 'invalid' {
    const [, until, sealed = ''] = /^~(?:([\da-z]{1,8})\.)?([\w-]{22})$/.exec(element) ?? [];
    const words = until === undefined ? wordsOf(target) : `${wordsOf(target)} ${until}`;
    if (!isSameSecret(sealed, this.#seal(words))) return 'invalid';
    return until === undefined || this.#now() < Number.parseInt(until, 36) * HOUR_MS ? 'valid' : 'expired';
  }

  /** From now on only links of the new secret are worth anything. */
  renew(secret: string): void {
    this.#secret = secret;
  }

  #seal(words: string): string {
    return seal(this.#secret, words).slice(0, SEAL_LENGTH);
  }
}

function wordsOf(target: LinkTarget): string {
  return target.kind === 'lists' ? 'lists' : `${target.kind} ${target.channelId}`;
}
