import type { LibraryItem } from '../library/library-item.ts';
import { guideId } from './channel-address.ts';
import type { TunerChannel } from './m3u.ts';
import { legalText, parentElement, textElement } from './xml.ts';

/** What the guide says of the thing that is shown. */
export type GuideItem = Pick<LibraryItem, 'kind' | 'title' | 'show' | 'season' | 'episode'>;

/** One airing as the guide shows it. Milliseconds since the epoch. */
export interface Programme {
  readonly channelId: string;
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: GuideItem;
}

export interface XmltvOptions {
  readonly channels: readonly TunerChannel[];
  readonly programmes: readonly Programme[];
  readonly baseUrl: string;
}

/** The guide as an XMLTV document, its elements in the order of the DTD. */
export function renderXmltv({ channels, programmes, baseUrl }: XmltvOptions): string {
  const root = { 'source-info-url': baseUrl, 'source-info-name': 'Sidecast', 'generator-info-name': 'Sidecast' };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE tv SYSTEM "xmltv.dtd">',
    parentElement('tv', root, [...channels.map(renderChannel), ...programmes.flatMap(renderProgramme)]),
    '',
  ].join('\n');
}

/** `YYYYMMDDhhmmss +0000`: the one form of a time that every host reads. */
export function xmltvTime(epochMs: number): string {
  const seconds = Math.round(epochMs / 1000);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace(/[-:T]/g, '')} +0000`;
}

function renderChannel({ id, number, name }: TunerChannel): string {
  return parentElement('channel', { id: guideId(id) }, [
    textElement('display-name', {}, oneLine(name) || `Channel ${number}`),
    // Tuners without an id of their own are matched by number.
    textElement('display-name', {}, number),
  ]);
}

function renderProgramme({ channelId, startMs, stopMs, item }: Programme): string[] {
  const [start, stop] = [xmltvTime(startMs), xmltvTime(stopMs)];
  // What rounds to nothing would share its start with the next one, and hosts keep only one of the two.
  if (start === stop) return [];
  const isEpisode = item.kind === 'episode';
  const [title, subTitle] = isEpisode && item.show !== null ? [item.show, item.title] : [item.title, ''];
  return [
    parentElement('programme', { start, stop, channel: guideId(channelId) }, [
      textElement('title', {}, oneLine(title) || 'Untitled'),
      ...(oneLine(subTitle) === '' ? [] : [textElement('sub-title', {}, oneLine(subTitle))]),
      textElement('category', { lang: 'en' }, isEpisode ? 'Series' : 'Movie'),
      ...(isEpisode ? episodeNumbers(item) : []),
    ]),
  ];
}

/** Both systems that hosts read. An episode whose numbers are unknown still says that it is one: Plex asks for it. */
function episodeNumbers({ season, episode }: GuideItem): string[] {
  const fromZero = (number: number | null) => (number === null || number < 1 ? '' : String(number - 1));
  const numbers = textElement('episode-num', { system: 'xmltv_ns' }, `${fromZero(season)}.${fromZero(episode)}.`);
  if (season === null || episode === null) return [numbers];
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return [numbers, textElement('episode-num', { system: 'SxxExx' }, `S${twoDigits(season)}E${twoDigits(episode)}`)];
}

function oneLine(text: string): string {
  return legalText(text.replace(/[\s\p{Cc}]+/gu, ' ')).trim();
}
