import type { Knex } from 'knex';
import { z } from 'zod';
import type { ArtworkKind } from '../../library/library-item.ts';
import { jsonText } from '../../shared/json-text.ts';
import { rational, valueOf } from '../../shared/rational.ts';

const text = z.string().nullable();
const number = z.number().nullable();
const texts = z.array(z.string());
const KINDS: readonly ArtworkKind[] = ['poster', 'thumb', 'backdrop'];
/** What a guide tells of the text that most of a description is kept in. */
const details = z.object({
  episodeEnd: number,
  overview: text,
  genres: texts,
  tags: texts,
  people: z.array(z.object({ name: z.string(), role: text, kind: z.string() })),
  artwork: z.object({ poster: z.unknown(), thumb: z.unknown(), backdrop: z.unknown() }),
  parts: z.array(z.object({ durationMs: number })),
  streams: z.object({
    video: z.object({ width: number, height: number, sampleAspect: rational.nullable().catch(null) }).nullable(),
  }),
  providerIds: z.record(z.string(), z.string()),
});
const UNDESCRIBED: z.infer<typeof details> = {
  ...{ episodeEnd: null, overview: null, genres: [], tags: [], people: [], parts: [], providerIds: {} },
  artwork: { poster: null, thumb: null, backdrop: null },
  streams: { video: null },
};

const guideRow = z.object({
  ...{ id: z.string(), kind: z.enum(['film', 'episode']), title: z.string(), show: text, season: number },
  ...{ episode: number, year: number, originalAirDate: text, certificate: text, stars: number },
  ...{ durationMs: number, height: number, aspect: number },
  /** What cannot be read counts as unknown. */
  details: details.catch(UNDESCRIBED),
});

/** What `guideText` selects. */
export const guideItems = z.object({ items: jsonText.pipe(z.array(guideRow)) });

export type GuideItem = ReturnType<typeof guideItemOf>;

/** An item as a guide tells of it. What is not known is null. */
export function guideItemOf(row: z.infer<typeof guideRow>) {
  const { artwork, parts, streams, episodeEnd, overview, genres, tags, people, providerIds } = row.details;
  const durations = [row.durationMs, ...parts.map((part) => part.durationMs)];
  return {
    // One by one: thousands are read at a time, and spreading takes longer than all the rest.
    id: row.id,
    kind: row.kind,
    title: row.title,
    show: row.show,
    season: row.season,
    episode: row.episode,
    year: row.year,
    originalAirDate: row.originalAirDate,
    certificate: row.certificate,
    stars: row.stars,
    episodeEnd,
    overview,
    genres,
    tags,
    people,
    providerIds,
    pictures: KINDS.filter((kind) => artwork[kind] !== null),
    /** With all its parts. */
    durationMs: durations.reduce((sum, each) => (sum === null || each === null ? null : sum + each)),
    picture: row.height === null ? pictureOf(streams.video) : { height: row.height, aspect: row.aspect },
  };
}

/** Of a description, what no guide tells: the database leaves it out on a thread of its own, and less is parsed here. */
const UNTOLD = ['studios', 'libraries', 'versions', 'chapters', 'markedSegments', 'streams.audio', 'streams.subtitles'];

/** What a guide tells of an item. What a look into the file has found goes before its host's word. */
const FIELDS = {
  ...{ id: 'id', kind: 'kind', title: 'title', show: 'show', season: 'season', episode: 'episode', year: 'year' },
  ...{ originalAirDate: 'original_air_date', certificate: 'certificate', stars: 'stars' },
  details: `json_remove(details, ${UNTOLD.map((name) => `'$.${name}'`).join(', ')})`,
  durationMs: `coalesce(json_extract(facts, '$.durationMs'), duration_ms)`,
  height: `json_extract(facts, '$.height')`,
  aspect: `json_extract(facts, '$.displayAspect.num') * 1.0 / json_extract(facts, '$.displayAspect.den')`,
};
const PAIRS = Object.entries(FIELDS).map(([name, value]) => `'${name}', ${value}`);

/** All items as one text, which SQLite writes beside us: guides read thousands. */
export function guideText(knex: Knex): Record<string, Knex.Raw> {
  return { items: knex.raw(`json_group_array(json_object(${PAIRS.join(', ')}))`) };
}

function pictureOf(video: z.infer<typeof details>['streams']['video']) {
  if (video === null || video.height === null || video.height === 0) return null;
  const { width, height, sampleAspect } = video;
  const stretch = sampleAspect === null ? 1 : valueOf(sampleAspect);
  return { height, aspect: width === null ? null : (width * stretch) / height };
}
