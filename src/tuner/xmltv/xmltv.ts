import { guideId, logoAddress } from '../channel-address.ts';
import type { TunerChannel } from '../m3u.ts';
import { oneLine, parentElement, textElement } from '../xml.ts';
import { renderItem, type XmltvItem } from './item.ts';
import { xmltvTime } from './time.ts';

/** Items that are described, and programmes that are written, at a time: others are answered in between. */
const BATCH = 100;
/** Channels that the database looks for while one is written: it has to be asked several times for each. */
const CHANNELS_AHEAD = 2;

/** One programme of a channel. Milliseconds since the epoch. */
export interface Programme {
  readonly startMs: number;
  readonly stopMs: number;
  readonly itemId: string;
}

export interface XmltvOptions {
  readonly channels: readonly TunerChannel[];
  /** Absolute, without a slash at its end. */
  readonly baseUrl: string;
  /** What the guide is about, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What the guide tells of a channel, in order. */
  readonly programmesOf: (channel: TunerChannel) => Promise<readonly Programme[]>;
  /** What is known of items; one that was forgotten is left out. */
  readonly describe: (itemIds: readonly string[]) => Promise<ReadonlyMap<string, XmltvItem>>;
}

/**
 * The guide as an XMLTV document, its elements in the order of the DTD. It comes piece by piece, so that it takes no more
 * memory than a few channels, whatever its size.
 */
export async function* renderXmltv(options: XmltvOptions): AsyncGenerator<Uint8Array> {
  const { channels, baseUrl } = options;
  const head = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<!DOCTYPE tv SYSTEM "xmltv.dtd">\n',
    `<tv source-info-url="${baseUrl}" source-info-name="Sidecast" generator-info-name="Sidecast">\n`,
    ...channels.map((channel) => renderChannel(channel, baseUrl)),
  ];
  yield Buffer.from(head.join(''));
  for await (const { channel, ...shown } of gatherAhead(options)) {
    if (shown.programmes.length === 0) yield renderOffAir(channel, options);
    else yield* renderProgrammes(channel, shown, baseUrl);
  }
  yield Buffer.from('</tv>\n');
}

/** A channel's programmes and what they show. */
interface Gathered {
  readonly programmes: readonly Programme[];
  readonly items: ReadonlyMap<string, XmltvItem>;
}

async function* gatherAhead(options: XmltvOptions): AsyncGenerator<Gathered & { readonly channel: TunerChannel }> {
  const ahead: { readonly channel: TunerChannel; readonly gathered: Promise<Gathered> }[] = [];
  for (const channel of options.channels) {
    const gathered = gather(channel, options);
    // Whoever leaves does not wait for it.
    gathered.catch(() => {});
    ahead.push({ channel, gathered });
    for (const first of ahead.splice(0, ahead.length - CHANNELS_AHEAD)) {
      yield { channel: first.channel, ...(await first.gathered) };
    }
  }
  for (const { channel, gathered } of ahead) yield { channel, ...(await gathered) };
}

async function gather(channel: TunerChannel, { programmesOf, describe }: XmltvOptions): Promise<Gathered> {
  const programmes = await programmesOf(channel);
  const ids = [...new Set(programmes.map(({ itemId }) => itemId))];
  const items = new Map<string, XmltvItem>();
  for (let at = 0; at < ids.length; at += BATCH) {
    for (const [id, item] of await describe(ids.slice(at, at + BATCH))) items.set(id, item);
  }
  return { programmes, items };
}

function renderChannel({ id, number, name }: TunerChannel, baseUrl: string): string {
  const names = textElement('display-name', {}, oneLine(name) || `Channel ${number}`);
  // Tuners without an id of their own are matched by number.
  const numbers = textElement('display-name', {}, number);
  const icon = textElement('icon', { src: logoAddress(baseUrl, id) }, '');
  return parentElement('channel', { id: guideId(id) }, names + numbers + icon);
}

/** Who has nothing to show all the time says that: hosts and validators miss a channel without any programme. */
function renderOffAir({ id }: TunerChannel, { fromMs, toMs }: Pick<XmltvOptions, 'fromMs' | 'toMs'>): Uint8Array {
  const attributes = { start: xmltvTime(fromMs), stop: xmltvTime(toMs), channel: guideId(id) };
  return Buffer.from(parentElement('programme', attributes, textElement('title', {}, 'Off air')));
}

/** Where a programme begins in the document, and what is said of it from there on. */
interface Entry {
  readonly start: string;
  readonly rest: Buffer;
}

function* renderProgrammes(channel: TunerChannel, { programmes, items }: Gathered, baseUrl: string) {
  const shown = { baseUrl, height: Number.parseInt(channel.tunerQuality) };
  const id = guideId(channel.id);
  // Channels show the same items over and over: each is rendered once, and its bytes are copied.
  const rendered = new Map<string, Buffer>();
  let last = { ms: NaN, time: '' };
  for (let at = 0; at < programmes.length; at += BATCH) {
    const entries: Entry[] = [];
    for (const { startMs, stopMs, itemId } of programmes.slice(at, at + BATCH)) {
      const item = items.get(itemId);
      // Mostly one starts where the one before has stopped.
      const [start, stop] = [startMs === last.ms ? last.time : xmltvTime(startMs), xmltvTime(stopMs)];
      last = { ms: stopMs, time: stop };
      // What lasts no second would share its start with the next one, and hosts keep only one of the two.
      if (item === undefined || start === stop) continue;
      const rest = rendered.get(itemId) ?? Buffer.from(`${renderItem(item, shown)}</programme>\n`);
      rendered.set(itemId, rest);
      entries.push({ start: `<programme start="${start}" stop="${stop}" channel="${id}">\n`, rest });
    }
    yield written(entries);
  }
}

/** All of them in one piece: a buffer for each start would cost more than its bytes. */
function written(entries: readonly Entry[]): Buffer {
  const piece = Buffer.allocUnsafe(entries.reduce((sum, { start, rest }) => sum + start.length + rest.length, 0));
  let at = 0;
  for (const { start, rest } of entries) {
    // Times and ids are ASCII.
    at += piece.write(start, at, 'latin1');
    at += rest.copy(piece, at);
  }
  return piece;
}
