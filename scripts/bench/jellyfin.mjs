import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';

const DDL = path.join(import.meta.dirname, '../../test/fixtures/hosts/jellyfin-10.11.sql');
const PEOPLE = 20_000;
const EPISODES_PER_SEASON = 20;

/** Runs SQL in a database of ours; statements that give rows give none here. */
export async function runSQL(file, sql) {
  const database = new sqlite3.Database(file);
  await promisify(database.exec.bind(database))(sql);
  await promisify(database.close.bind(database))();
}

/**
 * The folder of a Jellyfin server whose database has as much of each item as a real one has. Its files are in the folder
 * `media`, as `pathOfEpisode` says; they are not made.
 */
export async function makeJellyfin(folder, library) {
  const file = path.join(folder, 'data/jellyfin.db');
  await mkdir(path.dirname(file), { recursive: true });
  const ddl = await readFile(DDL, 'utf8');
  await runSQL(file, `pragma journal_mode = off; pragma synchronous = off; ${ddl} ${fillOf(library)}`);
}

/** Where the file of an episode is, counted from 1 through all shows in turn. */
export function pathOfEpisode(number, { shows, media }) {
  const season = 1 + Math.floor(Math.floor(number / shows) / EPISODES_PER_SEASON);
  return path.join(media, 'shows', `Show ${1 + (number % shows)}`, `Season ${season}`, `Episode ${number}.mkv`);
}

const id = (number) => `printf('%08X-0000-4000-8000-%012X', ${number}, ${number})`;
const numbers = (count) =>
  `with recursive n (i) as (select 1 where ${count} > 0 union all select i + 1 from n where i < ${count})`;
const FLAGS = 'IsFolder, IsInMixedFolder, IsLocked, IsMovie, IsRepeat, IsSeries, IsVirtualItem';
const ZEROS = '0, 0, 0, 0, 0, 0, 0';
const LIBRARY_ID = 900_000;
const SHOW_ID = 800_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';

function fillOf({ films, shows, episodes, media }) {
  const items = films + episodes;
  return `
begin;
insert into BaseItems (Id, Type, Name, ${FLAGS}) values
  (${id(LIBRARY_ID)}, 'MediaBrowser.Controller.Entities.CollectionFolder', 'Movies', ${ZEROS}),
  (${id(LIBRARY_ID + 1)}, 'MediaBrowser.Controller.Entities.CollectionFolder', 'Shows', ${ZEROS});
${numbers(shows)}
insert into BaseItems (Id, Type, Name, SortName, ProductionYear, OfficialRating, Genres, Studios, OwnerId, ${FLAGS})
  select ${id(`${SHOW_ID} + i`)}, 'MediaBrowser.Controller.Entities.TV.Series', 'Show ' || i, 'show ' || i, 1980 + i % 40,
    'TV-PG', 'Comedy|Drama', 'Studio ' || (i % 50), '${NOBODY}', ${ZEROS} from n;
${numbers(films)}
insert into BaseItems (Id, Type, Name, SortName, Path, RunTimeTicks, ProductionYear, PremiereDate, OfficialRating,
    CommunityRating, Genres, Studios, Tags, Overview, DateCreated, DateLastSaved, Data, OwnerId, ${FLAGS})
  select ${id('i')}, 'MediaBrowser.Controller.Entities.Movies.Movie', 'Film ' || i, printf('film %010d', i),
    '${media}/movies/Film ' || i || '/Film ' || i || '.mkv', 60000000000 + i, 1950 + i % 75, '2001-02-03 00:00:00', 'PG-13',
    (i % 100) / 10.0, 'Action|Drama|Thriller', 'Studio ' || (i % 50), 'tag ' || (i % 30), hex(zeroblob(250)),
    '2020-01-02 03:04:05', '2024-01-02 03:04:05', '{"Tagline":"x"}', '${NOBODY}', ${ZEROS} from n;
${numbers(episodes)}
insert into BaseItems (Id, Type, Name, SortName, Path, RunTimeTicks, SeriesId, SeriesName, SeasonName, ParentIndexNumber,
    IndexNumber, Overview, DateCreated, DateLastSaved, Data, OwnerId, ${FLAGS})
  select ${id(`${films} + i`)}, 'MediaBrowser.Controller.Entities.TV.Episode', 'Episode ' || i, printf('episode %010d', i),
    '${media}/shows/Show ' || (1 + i % ${shows}) || '/Season ' || (1 + i / ${shows} / ${EPISODES_PER_SEASON}) || '/Episode ' || i || '.mkv',
    25000000000 + i, ${id(`${SHOW_ID} + 1 + i % ${shows}`)}, 'Show ' || (1 + i % ${shows}), 'Season ' || (1 + i / ${shows} / ${EPISODES_PER_SEASON}),
    1 + i / ${shows} / ${EPISODES_PER_SEASON}, 1 + i / ${shows} % ${EPISODES_PER_SEASON}, hex(zeroblob(150)), '2020-01-02 03:04:05', '2024-01-02 03:04:05', '{}',
    '${NOBODY}', ${ZEROS} from n;
${numbers(items)}
insert into AncestorIds (ItemId, ParentItemId)
  select ${id('i')}, case when i <= ${films} then ${id(LIBRARY_ID)} else ${id(LIBRARY_ID + 1)} end from n;
${numbers(items)}
insert into MediaStreamInfos (ItemId, StreamIndex, StreamType, Codec, Width, Height, AverageFrameRate, BitDepth, AspectRatio,
    Channels, Language, IsDefault, IsExternal, IsForced)
  select ${id('i')}, s.value, 1 - s.value, case s.value when 0 then 'h264' else 'aac' end, 1920, 1080, 23.976025, 8, '16:9',
    case s.value when 0 then null else 6 end, 'eng', 1, 0, 0 from n, json_each('[0,1]') s;
${numbers(PEOPLE)}
insert into Peoples (Id, Name, PersonType) select ${id('i')}, 'Person ' || i, 'Actor' from n;
${numbers(items)}
insert into PeopleBaseItemMap (ItemId, PeopleId, Role, SortOrder, ListOrder)
  select ${id('i')}, ${id(`1 + (i * 37 + p.value * 101) % ${PEOPLE}`)}, 'Role ' || p.value, p.value, p.value
  from n, json_each('[0,1,2,3,4,5,6,7]') p;
${numbers(items)}
insert into Chapters (ItemId, ChapterIndex, Name, StartPositionTicks)
  select ${id('i')}, c.value, 'Chapter ' || c.value, c.value * 6000000000 from n, json_each('[0,1,2,3,4]') c;
${numbers(items)}
insert into BaseItemProviders (ItemId, ProviderId, ProviderValue)
  select ${id('i')}, p.value, p.value || i from n, json_each('["Imdb","Tmdb"]') p;
commit;
`;
}
