/** What a file's name says of an episode: whatever it does not say is null. */
export interface EpisodeNumbers {
  readonly season: number | null;
  readonly episode: number | null;
}

const SEASON_EPISODE = /(?<![a-z0-9])s(\d{1,4})[ ._-]*e(\d{1,4})(?:-?e\d{1,4})*(?![a-z0-9])/i;
/** "1x02", and not "1920x1080". */
const TIMES = /(?<![a-z0-9])(\d{1,2})x(\d{2,3})(?![a-z0-9])/i;
const SEASON_FOLDER = /^(?:season|series|staffel|saison|temporada|stagione|seizoen|säsong)[ ._-]*(\d{1,4})$/i;
const SPECIALS_FOLDER = /^(?:specials?|season[ ._-]*0+)$/i;
/** What people call the folder that all their films are in, in the languages that seasons are known in. */
const FILMS_FOLDER =
  /^(?:films?|movies?|feature[ ._-]?films|filme|spielfilme|cin[ée]ma|cine|pel[íi]culas?|speelfilms|filmer|l[åa]ngfilm(?:er)?)$/i;
const LEADING_NUMBER = /^(?:episode|folge|e|ep)?[ ._-]*(\d{1,3})(?=[ ._-]|$)/i;
/** Behind a title; "2010-01-02" is the day of an episode. */
const FILM_YEAR = /\S[ ._]+[([]?(?:19|20)\d\d[)\]]?(?![-._ ]\d\d[-._ ]\d\d)(?![\dpi])/i;
/** Words that begin what release groups append: nothing after them is a title. */
const RELEASE_TAG =
  /[ ([{-]+(?:\d{3,4}[pi]|4k|uhd|[xh][ .]?26[45]|hevc|avc|xvid|divx|blu-?ray|b[dr]rip|web(?:-?dl|-?rip|(?= [xh][ .]?26))|hdtv|hdrip|dvd-?r(?:ip)?|remux|hdr(?:10)?|10bit|aac|ac3|dts|ddp?5[ .]1)(?![a-z0-9]).*$/i;

/** True for a name that numbers an episode: S01E02 or 1x02. */
export function isEpisodeName(name: string): boolean {
  return SEASON_EPISODE.test(name) || TIMES.test(name);
}

/** True for a name with the year of a film, as "Alien (1979)" and "Alien.1979.1080p", and neither a number nor a day. */
export function isFilmName(name: string): boolean {
  return FILM_YEAR.test(name) && !isEpisodeName(name) && !LEADING_NUMBER.test(name);
}

/** True for the name of a folder of films, as "Movies". */
export function isFilmsFolder(name: string): boolean {
  return FILMS_FOLDER.test(name);
}

/** The season that a folder's name stands for (specials: 0), or undefined for any other folder. */
export function seasonOfFolder(name: string): number | undefined {
  if (SPECIALS_FOLDER.test(name)) return 0;
  const [, season] = SEASON_FOLDER.exec(name) ?? [];
  return season === undefined ? undefined : Number(season);
}

/** Season and episode from a name without extension; a season's folder helps where the name has no season. */
export function episodeNumbers(stem: string, folderSeason: number | undefined): EpisodeNumbers {
  const [, season, episode] = SEASON_EPISODE.exec(stem) ?? TIMES.exec(stem) ?? [];
  if (season !== undefined && episode !== undefined) return { season: Number(season), episode: Number(episode) };
  const [, number] = LEADING_NUMBER.exec(stem) ?? [];
  return { season: folderSeason ?? null, episode: number === undefined ? null : Number(number) };
}

/** A film's title without dots, year and release tags: "The.Matrix.1999.1080p.x264-ABC" is "The Matrix". */
export function filmTitle(stem: string): string {
  const words = withoutTags(stem);
  return trimmed(words.replace(/(?<=\S.*)[ ]*[([]?(?<!\d)(?:19|20)\d\d[)\]]?\s*$/, '')) || words || stem;
}

/** An episode's title: what follows its number; where nothing does, the number in words, or the name as it is. */
export function episodeTitle(stem: string, { season, episode }: EpisodeNumbers): string {
  const number = SEASON_EPISODE.exec(stem) ?? TIMES.exec(stem);
  const rest = number === null ? stem.replace(LEADING_NUMBER, '') : stem.slice(number.index + number[0].length);
  const title = withoutTags(` ${rest}`);
  if (title !== '') return title;
  return season === null || season === 0
    ? `Episode ${episode ?? stem}`
    : `Season ${season}, episode ${episode ?? stem}`;
}

/** A show's name: its folder's, without dots and release tags. The year stays: it tells two shows apart. */
export function showName(folder: string): string {
  return withoutTags(folder) || folder;
}

function withoutTags(name: string): string {
  // Dots and underscores stand for spaces only where there are none.
  const spaced = name.trim().includes(' ') ? name.replaceAll('_', ' ') : name.replaceAll(/[._]+/g, ' ');
  return trimmed(spaced.replace(RELEASE_TAG, ''));
}

function trimmed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/^[\s._-]+|[\s_-]+$/g, '');
}
