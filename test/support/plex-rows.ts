import type { Knex } from 'knex';

export const MINUTE = 60_000;
export const [FILM, LONG, CUTS, ODD, BARE, OLD_AGENT] = [1, 2, 3, 4, 5, 6];
export const [SHOW, PILOT, TWO, SPECIAL] = [20, 23, 24, 26];
const [SEASON_1, SPECIALS, THREE] = [21, 22, 25];
export const [OLD_PILOT, NEW_PILOT] = [32, 35];
const [OLD_SHOW, OLD_SEASON, NEW_SHOW, NEW_SEASON] = [30, 31, 33, 34];
const FILM_AGAIN = 40;

/** Writes rows as Plex writes them; the ids of what lies below an item follow from it. */
export class PlexRows {
  readonly #knex: Knex;
  #next = 1000;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async item(id: number, metadata_type: number, title: string, values: object = {}) {
    await this.#knex('metadata_items').insert({ id, metadata_type, title, library_section_id: 1, ...values });
  }

  /** A medium and its parts; gives the number of its first part. */
  async medium(metadata_item_id: number, files: readonly (readonly [string, number | null])[], values: object = {}) {
    const media_item_id = this.#next++;
    await this.#knex('media_items').insert({
      id: media_item_id,
      metadata_item_id,
      height: 1080,
      width: 1920,
      ...values,
    });
    const first = this.#next;
    for (const [index, [file, duration]] of files.entries()) {
      await this.#knex('media_parts').insert({ id: this.#next++, media_item_id, file, duration, index });
    }
    return first;
  }

  async stream(media_part_id: number, stream_type_id: number, index: number | null, values: object = {}) {
    await this.#knex('media_streams').insert({ media_part_id, stream_type_id, index, ...values });
  }

  async tag(metadata_item_id: number, tag_type: number, tag: string, values: object = {}) {
    const known: { id: number }[] = await this.#knex('tags').where({ tag_type, tag }).select('id');
    const tag_id = known[0]?.id ?? this.#next++;
    if (known.length === 0) await this.#knex('tags').insert({ id: tag_id, tag_type, tag });
    await this.#knex('taggings').insert({ metadata_item_id, tag_id, ...values });
  }
}

/** A library with what is odd in real ones. */
export async function fillPlex(knex: Knex): Promise<void> {
  const rows = new PlexRows(knex);
  await knex('library_sections').insert([
    { id: 1, name: 'Films', section_type: 1 },
    { id: 2, name: 'Shows', section_type: 2 },
    { id: 3, name: "Children's", section_type: 1 },
  ]);

  await rows.item(FILM, 1, 'Heat', {
    ...{
      title_sort: 'Heat 01',
      summary: 'A film.',
      year: 1995,
      content_rating: 'R',
      rating: 8.3,
      audience_rating: 9.4,
    },
    ...{ studio: 'Warner Bros.', hash: 'abcdef', user_thumb_url: 'metadata://posters/tv.plex.agents.movie_1' },
    ...{ user_art_url: 'upload://art/2', guid: 'plex://movie/5d77' },
    // Midnight in Berlin, and a moment.
    ...{ originally_available_at: Date.UTC(1995, 11, 14, 23) / 1000, added_at: 1_577_934_245 },
  });
  const part = await rows.medium(FILM, [['/media/films/Heat.mkv', 90 * MINUTE]], {
    ...{ width: 3840, height: 1600, duration: 90 * MINUTE, frames_per_second: 24, bitrate: 9, color_trc: 'smpte2084' },
  });
  await rows.stream(part, 1, 0, {
    codec: 'hevc',
    extra_data: 'ma%3AbitDepth=10&ma%3Aprofile=main%2010&ma%3AframeRate=23.976&ma%3AscanType=progressive',
    default: 1,
  });
  await rows.stream(part, 2, 1, {
    codec: 'truehd',
    language: 'eng',
    channels: 8,
    default: 't',
    extra_data: '{"ma:title":"Atmos"}',
  });
  await rows.stream(part, 2, 2, { codec: 'ac3', language: 'deu', channels: 6, default: 'f' });
  await rows.stream(part, 3, 3, { codec: 'pgs', language: 'eng', forced: 1 });
  await rows.stream(part, 3, null, { codec: 'srt', language: 'deu', url: 'file:///media/films/Heat%20%231.srt' });
  for (const genre of ['Crime', 'Drama']) await rows.tag(FILM, 1, genre);
  await rows.tag(FILM, 4, 'Michael Mann');
  await rows.tag(FILM, 6, 'Al Pacino', { text: 'Vincent "V" Hanna' });
  await rows.tag(FILM, 11, 'heist');
  await rows.tag(FILM, 314, 'imdb://tt0113277');
  await rows.tag(FILM, 314, 'tmdb://949');
  await rows.tag(FILM, 9, '', { text: 'One', time_offset: 0 });
  await rows.tag(FILM, 9, '', { text: '', time_offset: 10 * MINUTE });
  await rows.tag(FILM, 12, '', { text: 'credits', time_offset: 85 * MINUTE, end_time_offset: 90 * MINUTE });
  await rows.tag(FILM, 12, '', { text: 'bookmark', time_offset: 1, end_time_offset: 2 });
  // The same file in another library is the same film.
  await rows.item(FILM_AGAIN, 1, 'Heat', { library_section_id: 3 });
  await rows.medium(FILM_AGAIN, [['/media/films/Heat.mkv', 90 * MINUTE]]);

  await rows.item(LONG, 1, 'Long');
  await rows.medium(LONG, [
    ['/media/films/Long - pt1.mkv', 50 * MINUTE],
    ['/media/films/Long - pt2.mkv', 40 * MINUTE],
  ]);
  await rows.item(CUTS, 1, 'Cuts');
  await rows.medium(CUTS, [['/media/films/Cuts - 720p.mkv', 91 * MINUTE]], { height: 720 });
  await rows.medium(CUTS, [['/media/films/Cuts - 1080p.mkv', 90 * MINUTE]]);
  await rows.medium(CUTS, [['/plex/Optimised/Cuts.mp4', 90 * MINUTE]], { height: 2160, proxy_type: 42 });
  await rows.item(ODD, 1, `It's "odd" – 🎬 שלום مرحبا`, { tags_genre: 'Sci-Fi & Fantasy|' });
  const odd = await rows.medium(ODD, [[`D:\\Films\\It's "odd" 100% #1? 🎬 שלום.mkv`, null]], {
    ...{ duration: 80 * MINUTE, width: 720, height: 576, sample_aspect_ratio: 1.4222, interlaced: 1 },
  });
  await rows.stream(odd, 1, 0, { codec: 'mpeg2video', extra_data: '{"ma:bitDepth":"8","ma:frameRate":"25.000"}' });
  await rows.item(BARE, 1, 'Bare');
  await rows.medium(BARE, [['/media/films/Bare.mkv', null]]);
  await rows.item(OLD_AGENT, 1, 'Old Agent', {
    ...{ guid: 'com.plexapp.agents.imdb://tt0000001?lang=en', originally_available_at: '1999-03-31 00:00:00' },
    added_at: '2015-01-02 03:04:05',
  });
  const vision = await rows.medium(OLD_AGENT, [['/media/films/Old.mkv', 90 * MINUTE]]);
  await rows.stream(vision, 1, 0, { codec: 'hevc', extra_data: '{"ma:DOVIPresent":"1","ma:colorTrc":"smpte2084"}' });

  const shown = { library_section_id: 2 };
  await rows.item(SHOW, 2, 'The Show', {
    ...{ ...shown, content_rating: 'TV-PG', studio: 'Channel/9', audience_rating: 8.3, hash: '123456' },
    ...{ user_thumb_url: 'metadata://posters/p', user_art_url: 'metadata://art/a' },
  });
  await rows.tag(SHOW, 1, 'Comedy');
  await rows.item(SEASON_1, 3, 'Season 1', { ...shown, parent_id: SHOW, index: 1 });
  await rows.item(SPECIALS, 3, 'Specials', { ...shown, parent_id: SHOW, index: 0 });
  const episode = async (
    id: number,
    season: number,
    index: number,
    title: string,
    file: string,
    values: object = {},
  ) => {
    await rows.item(id, 4, title, { ...shown, parent_id: season, index, ...values });
    await rows.medium(id, [[`/media/shows/${file}.mkv`, 20 * MINUTE]]);
  };
  await episode(SPECIAL, SPECIALS, 1, 'Christmas', 'S00E01');
  await episode(PILOT, SEASON_1, 1, 'Pilot', 'S01E01', {
    ...{
      content_rating: 'TV-14',
      audience_rating: 9,
      tags_genre: 'Pilot genre',
      user_thumb_url: 'media://a/bc.bundle/Contents/Thumbnails/thumb1.jpg',
    },
  });
  await rows.tag(PILOT, 12, '', { text: 'intro', time_offset: 5000, end_time_offset: 35_000 });
  // A file with two episodes is an item for each.
  await episode(TWO, SEASON_1, 2, 'Two', 'S01E02-E03', { summary: 'Half.' });
  await episode(THREE, SEASON_1, 3, 'Three', 'S01E02-E03', { summary: 'Other half.' });
  await rows.item(OLD_SHOW, 2, 'Twice Told', { ...shown, year: 1978 });
  await rows.item(OLD_SEASON, 3, 'Season 1', { ...shown, parent_id: OLD_SHOW, index: 1 });
  await episode(OLD_PILOT, OLD_SEASON, 1, 'Old Pilot', 'Old S01E01');
  await rows.item(NEW_SHOW, 2, 'Twice Told', { ...shown, year: 2003 });
  await rows.item(NEW_SEASON, 3, 'Season 1', { ...shown, parent_id: NEW_SHOW, index: 1 });
  await episode(NEW_PILOT, NEW_SEASON, 1, 'New Pilot', 'New S01E01');

  // What must not come.
  await rows.item(90, 1, 'In The Trash', { deleted_at: 1_600_000_000 });
  await rows.medium(90, [['/media/films/Trash.mkv', MINUTE]]);
  await rows.item(91, 1, 'Its File In The Trash');
  await rows.medium(91, [['/media/films/Trash 2.mkv', MINUTE]], { deleted_at: 1_600_000_000 });
  await rows.item(92, 12, 'Trailer');
  await rows.medium(92, [['/media/films/Heat-trailer.mkv', MINUTE]]);
  await rows.item(93, 1, 'No File');
  await rows.item(94, 8, 'A Musician');
  // What makes no sense.
  await rows.item(95, 1, 'No Date', { added_at: 'yesterday' });
  await rows.medium(95, [['/media/films/No Date.mkv', MINUTE]]);

  // A collection is one library's, though its tag is all libraries'.
  await rows.item(96, 18, 'Mixed');
  await rows.item(98, 18, 'Mixed', shown);
  for (const [index, member] of [SHOW, LONG, FILM].entries()) await rows.tag(member, 2, 'Mixed', { index });
  await rows.item(97, 15, 'Again', { library_section_id: null });
  await knex.raw(
    'create table play_queue_generators (id integer primary key, playlist_id int, metadata_item_id int, "order" float)',
  );
  await knex('play_queue_generators').insert([
    { playlist_id: 97, metadata_item_id: PILOT, order: 2000 },
    { playlist_id: 97, metadata_item_id: FILM, order: 1000 },
    { playlist_id: 97, metadata_item_id: SPECIALS, order: 3000 },
    { playlist_id: 97, metadata_item_id: FILM, order: 2500 },
  ]);
}
