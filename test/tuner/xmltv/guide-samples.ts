import { UNDESCRIBED } from '../../../src/library/library-item.ts';
import type { TunerChannel } from '../../../src/tuner/m3u.ts';
import type { XmltvItem } from '../../../src/tuner/xmltv/item.ts';
import { type Programme, renderXmltv } from '../../../src/tuner/xmltv/xmltv.ts';

export const BASE_URL = 'http://nas.local:8765';
export const ID = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';
export const START = Date.UTC(2026, 10, 24, 23, 59, 58);
export const CHANNEL: TunerChannel = {
  ...{ id: ID, number: '7', name: 'Old & <New>', group: 'Movies', tunerQuality: '1080p' },
};

const PLAIN = { ...UNDESCRIBED, pictures: [], picture: null } as const;
export const FILM: XmltvItem = {
  ...PLAIN,
  ...{ id: 'film', kind: 'film', title: 'A Film', show: null, season: null, episode: null },
};
export const EPISODE: XmltvItem = {
  ...PLAIN,
  ...{ id: 'episode', kind: 'episode', title: 'Pilot', show: 'Old Show', season: 1, episode: 3 },
};

/** The guide of a channel that shows these one after another, a minute each. */
export function guideOf(items: readonly XmltvItem[]): Promise<string> {
  const programmes = items.map((_, index) => ({
    ...{ startMs: START + index * 60_000, stopMs: START + (index + 1) * 60_000, itemId: String(index) },
  }));
  return documentOf(programmes, new Map(items.map((item, index) => [String(index), item])));
}

/** The whole document. */
export async function documentOf(
  programmes: readonly Programme[],
  items: ReadonlyMap<string, XmltvItem>,
  asked: (readonly string[])[] = [],
) {
  return textOf(
    renderXmltv({
      ...{ channels: [CHANNEL], baseUrl: BASE_URL, programmesOf: async () => programmes },
      ...{ fromMs: START, toMs: START + 86_400_000 },
      async describe(ids) {
        asked.push(ids);
        return new Map([...items].filter(([id]) => ids.includes(id)).map(([id, item]) => [id, { ...item, id }]));
      },
    }),
  );
}

export async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts).toString();
}
