/** Logos that were drawn and are kept in memory; each takes some ten kilobytes. */
const MOST_DRAWN = 300;

/** What a logo is drawn from, where nobody has given one. */
export interface NamedChannel {
  readonly id: string;
  readonly name: string;
}

export interface ChannelLogosOptions {
  /** The picture that a person has given. */
  readonly given: (channelId: string) => Promise<Buffer | undefined>;
  /** A name as a logo, in PNG. The same `shade` is the same colour. */
  readonly draw: (name: string, shade: number) => Promise<Buffer>;
}

/** The pictures of channels: those that a person has given, else their names. */
export class ChannelLogos {
  readonly #options: ChannelLogosOptions;
  readonly #drawn = new Map<string, Promise<Buffer>>();

  constructor(options: ChannelLogosOptions) {
    this.#options = options;
  }

  /** A PNG. */
  async picture(channel: NamedChannel): Promise<Buffer> {
    return (await this.#options.given(channel.id)) ?? this.#drawnOf(channel);
  }

  #drawnOf({ id, name }: NamedChannel): Promise<Buffer> {
    const key = `${id} ${name}`;
    const drawn = this.#drawn.get(key) ?? this.#options.draw(name, Number.parseInt(id.slice(0, 4), 16) || 0);
    // Used last is kept longest.
    this.#drawn.delete(key);
    this.#drawn.set(key, drawn);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MOST_DRAWN && oldest !== undefined) this.#drawn.delete(oldest);
    drawn.catch(() => this.#drawn.delete(key));
    return drawn;
  }
}
