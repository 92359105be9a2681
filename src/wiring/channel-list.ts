import type { Catalog } from '../catalog/catalog.ts';
import type { Channel } from '../catalog/channels/channel.ts';

/** The channels that are listed, in memory: every request asks for them. */
export class ChannelList {
  readonly #catalog: Catalog;
  #channels: readonly Channel[] = [];
  /** Resolves when there is something to watch. */
  readonly onFirst: Promise<void>;
  #tellFirst: () => void = () => {};
  #tellChange: () => void = () => {};

  private constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.onFirst = new Promise((resolve) => (this.#tellFirst = resolve));
  }

  static async open(catalog: Catalog): Promise<ChannelList> {
    const list = new ChannelList(catalog);
    await list.refresh();
    return list;
  }

  get all(): readonly Channel[] {
    return this.#channels;
  }

  get(channelId: string): Channel | undefined {
    return this.#channels.find(({ id }) => id === channelId);
  }

  /** Has one hear when channels may be others than before. */
  onChange(listener: () => void): void {
    this.#tellChange = listener;
  }

  async refresh(): Promise<void> {
    this.#channels = await this.#catalog.channels.list();
    this.#tellChange();
    if (this.#channels.length > 0) this.#tellFirst();
  }
}
