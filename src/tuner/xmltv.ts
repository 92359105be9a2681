import { guideId, logoAddress } from './channel-address.ts';
import type { TunerChannel } from './m3u.ts';
import { oneLine, parentElement, textElement } from './xml.ts';
import { renderItem, type XmltvItem } from './xmltv-item.ts';

/** Items that are described at a time: requests of others are answered in between. */
const BATCH = 100;

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
  /** What the guide tells of a channel, in order. */
  readonly programmesOf: (channel: TunerChannel) => Promise<readonly Programme[]>;
  /** What is known of items; one that was forgotten is left out. */
  readonly describe: (itemIds: readonly string[]) => Promise<ReadonlyMap<string, XmltvItem>>;
}

/**
 * The guide as an XMLTV document, its elements in the order of the DTD. It comes piece by piece, so that it takes no more
 * memory than the guide of a single channel, whatever its size.
 */
export async function* renderXmltv(options: XmltvOptions): AsyncGenerator<string> {
  const { channels, baseUrl } = options;
  yield [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE tv SYSTEM "xmltv.dtd">',
    `<tv source-info-url="${baseUrl}" source-info-name="Sidecast" generator-info-name="Sidecast">`,
    ...channels.map((channel) => renderChannel(channel, baseUrl)),
    '',
  ].join('\n');
  for (const channel of channels) yield* renderProgrammes(channel, options);
  yield '</tv>\n';
}

/** `YYYYMMDDhhmmss +0000`, rounded down: the one form of a time that every host reads. */
export function xmltvTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')} +0000`;
}

function renderChannel({ id, number, name }: TunerChannel, baseUrl: string): string {
  return parentElement('channel', { id: guideId(id) }, [
    textElement('display-name', {}, oneLine(name) || `Channel ${number}`),
    // Tuners without an id of their own are matched by number.
    textElement('display-name', {}, number),
    textElement('icon', { src: logoAddress(baseUrl, id) }, ''),
  ]);
}

async function* renderProgrammes(channel: TunerChannel, options: XmltvOptions): AsyncGenerator<string> {
  const { baseUrl, programmesOf, describe } = options;
  const shown = { baseUrl, height: Number.parseInt(channel.tunerQuality) };
  const programmes = await programmesOf(channel);
  // Channels show the same items over and over.
  const rendered = new Map<string, string>();
  for (let at = 0; at < programmes.length; at += BATCH) {
    const batch = programmes.slice(at, at + BATCH);
    const unknown = new Set(batch.map(({ itemId }) => itemId).filter((id) => !rendered.has(id)));
    if (unknown.size > 0) {
      for (const [id, item] of await describe([...unknown])) rendered.set(id, renderItem(item, shown));
    }
    yield batch.map((programme) => renderProgramme(channel, programme, rendered.get(programme.itemId))).join('');
  }
}

function renderProgramme({ id }: TunerChannel, { startMs, stopMs }: Programme, item: string | undefined): string {
  const [start, stop] = [xmltvTime(startMs), xmltvTime(stopMs)];
  // What lasts no second would share its start with the next one, and hosts keep only one of the two.
  if (item === undefined || start === stop) return '';
  return `<programme start="${start}" stop="${stop}" channel="${guideId(id)}">\n${item}\n</programme>\n`;
}
