import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { start } from './cleanup.mjs';
import { criterion, row } from './stats.mjs';

const FILMS = 5000;
const SHOWS = 450;
const EPISODES_PER_SHOW = 100;
const EPISODES = SHOWS * EPISODES_PER_SHOW;
const ITEMS = FILMS + EPISODES;
const PEOPLE = 20_000;
const SECONDS_BOUND = 30;
const UNCHANGED_SECONDS_BOUND = 30;
const MEMORY_BOUND_MB = 300;
const ROOT = path.join(import.meta.dirname, '../..');
const DDL = path.join(ROOT, 'test/fixtures/hosts/jellyfin-10.11.sql');
const MAIN = path.join(ROOT, 'dist/main.js');

/** A large library of a media server, synced for the first time and again with nothing changed. */
export async function measureLibrary({ folder }) {
  const host = path.join(folder, 'jellyfin');
  await makeHost(path.join(host, 'data/jellyfin.db'));
  const data = path.join(folder, 'library-data');
  const first = await sync(host, data);
  const again = await sync(host, data);
  const seconds = (ms) => ms / 1000;
  const label = `a sync of ${ITEMS.toLocaleString('en')} items`;
  return {
    rows: [
      row(`${label}, new`, [seconds(first.ms)], 's'),
      row(`${label}, nothing changed`, [seconds(again.ms)], 's'),
      row('most memory, new', [first.peakMB], 'MB'),
      row('most memory, nothing changed', [again.peakMB], 'MB'),
    ],
    criteria: [
      criterion(`${label}, new`, seconds(first.ms), SECONDS_BOUND, 's'),
      criterion(`${label}, nothing changed`, seconds(again.ms), UNCHANGED_SECONDS_BOUND, 's'),
      criterion('most memory', Math.max(first.peakMB, again.peakMB), MEMORY_BOUND_MB, 'MB'),
    ],
  };
}

async function sync(host, data) {
  const startedAt = performance.now();
  const child = start(process.execPath, [MAIN, 'sync'], {
    env: { PATH: process.env.PATH, SIDECAST_DATA_DIR: data, SIDECAST_LIBRARY: `jellyfin:${host}` },
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  let peakMB = 0;
  const look = setInterval(() => {
    void memoryOf(child.pid).then((found) => (peakMB = Math.max(peakMB, found)));
  }, 50);
  const [code] = await once(child, 'close');
  clearInterval(look);
  const films = Number(/(\d+) films/.exec(output)?.[1]);
  const episodes = Number(/(\d+) episodes/.exec(output)?.[1]);
  if (code !== 0 || films !== FILMS || episodes !== EPISODES) throw new Error(`the sync went wrong: ${output}`);
  return { ms: performance.now() - startedAt, peakMB };
}

/** What a process and those that it has started hold, in MB. */
async function memoryOf(pid) {
  const read = (name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const own = (Number(/^VmRSS:\s+(\d+)/m.exec(await read('status'))?.[1] ?? 0) * 1024) / 1e6;
  const children = (await read(`task/${pid}/children`)).split(' ').filter(Boolean);
  return own + (await Promise.all(children.map(memoryOf))).reduce((sum, found) => sum + found, 0);
}

/** The database of a Jellyfin server with as much of each item as a real one has. */
async function makeHost(file) {
  await mkdir(path.dirname(file), { recursive: true });
  const database = new sqlite3.Database(file);
  const exec = promisify(database.exec.bind(database));
  await exec('pragma journal_mode = off; pragma synchronous = off');
  await exec(await readFile(DDL, 'utf8'));
  await exec(FILL);
  await promisify(database.close.bind(database))();
}

const id = (number) => `printf('%08X-0000-4000-8000-%012X', ${number}, ${number})`;
const numbers = (count) => `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})`;
const FLAGS = 'IsFolder, IsInMixedFolder, IsLocked, IsMovie, IsRepeat, IsSeries, IsVirtualItem';
const ZEROS = '0, 0, 0, 0, 0, 0, 0';
const LIBRARY_ID = 900_000;
const SHOW_ID = 800_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';
const FILL = `
begin;
insert into BaseItems (Id, Type, Name, ${FLAGS}) values
  (${id(LIBRARY_ID)}, 'MediaBrowser.Controller.Entities.CollectionFolder', 'Movies', ${ZEROS}),
  (${id(LIBRARY_ID + 1)}, 'MediaBrowser.Controller.Entities.CollectionFolder', 'Shows', ${ZEROS});
${numbers(SHOWS)}
insert into BaseItems (Id, Type, Name, SortName, ProductionYear, OfficialRating, Genres, Studios, OwnerId, ${FLAGS})
  select ${id(`${SHOW_ID} + i`)}, 'MediaBrowser.Controller.Entities.TV.Series', 'Show ' || i, 'show ' || i, 1980 + i % 40,
    'TV-PG', 'Comedy|Drama', 'Studio ' || (i % 50), '${NOBODY}', ${ZEROS} from n;
${numbers(FILMS)}
insert into BaseItems (Id, Type, Name, SortName, Path, RunTimeTicks, ProductionYear, PremiereDate, OfficialRating,
    CommunityRating, Genres, Studios, Tags, Overview, DateCreated, DateLastSaved, Data, OwnerId, ${FLAGS})
  select ${id('i')}, 'MediaBrowser.Controller.Entities.Movies.Movie', 'Film ' || i, printf('film %010d', i),
    '/media/movies/Film ' || i || '/Film ' || i || '.mkv', 60000000000 + i, 1950 + i % 75, '2001-02-03 00:00:00', 'PG-13',
    (i % 100) / 10.0, 'Action|Drama|Thriller', 'Studio ' || (i % 50), 'tag ' || (i % 30), hex(zeroblob(250)),
    '2020-01-02 03:04:05', '2024-01-02 03:04:05', '{"Tagline":"x"}', '${NOBODY}', ${ZEROS} from n;
${numbers(EPISODES)}
insert into BaseItems (Id, Type, Name, SortName, Path, RunTimeTicks, SeriesId, SeriesName, SeasonName, ParentIndexNumber,
    IndexNumber, Overview, DateCreated, DateLastSaved, Data, OwnerId, ${FLAGS})
  select ${id(`${FILMS} + i`)}, 'MediaBrowser.Controller.Entities.TV.Episode', 'Episode ' || i, printf('episode %010d', i),
    '/media/shows/Show ' || (1 + i % ${SHOWS}) || '/Season ' || (1 + i / ${SHOWS} / 20) || '/Episode ' || i || '.mkv',
    25000000000 + i, ${id(`${SHOW_ID} + 1 + i % ${SHOWS}`)}, 'Show ' || (1 + i % ${SHOWS}), 'Season ' || (1 + i / ${SHOWS} / 20),
    1 + i / ${SHOWS} / 20, 1 + i / ${SHOWS} % 20, hex(zeroblob(150)), '2020-01-02 03:04:05', '2024-01-02 03:04:05', '{}',
    '${NOBODY}', ${ZEROS} from n;
${numbers(ITEMS)}
insert into AncestorIds (ItemId, ParentItemId)
  select ${id('i')}, case when i <= ${FILMS} then ${id(LIBRARY_ID)} else ${id(LIBRARY_ID + 1)} end from n;
${numbers(ITEMS)}
insert into MediaStreamInfos (ItemId, StreamIndex, StreamType, Codec, Width, Height, AverageFrameRate, BitDepth, AspectRatio,
    Channels, Language, IsDefault, IsExternal, IsForced)
  select ${id('i')}, s.value, 1 - s.value, case s.value when 0 then 'h264' else 'aac' end, 1920, 1080, 23.976025, 8, '16:9',
    case s.value when 0 then null else 6 end, 'eng', 1, 0, 0 from n, json_each('[0,1]') s;
${numbers(PEOPLE)}
insert into Peoples (Id, Name, PersonType) select ${id('i')}, 'Person ' || i, 'Actor' from n;
${numbers(ITEMS)}
insert into PeopleBaseItemMap (ItemId, PeopleId, Role, SortOrder, ListOrder)
  select ${id('i')}, ${id(`1 + (i * 37 + p.value * 101) % ${PEOPLE}`)}, 'Role ' || p.value, p.value, p.value
  from n, json_each('[0,1,2,3,4,5,6,7]') p;
${numbers(ITEMS)}
insert into Chapters (ItemId, ChapterIndex, Name, StartPositionTicks)
  select ${id('i')}, c.value, 'Chapter ' || c.value, c.value * 6000000000 from n, json_each('[0,1,2,3,4]') c;
${numbers(ITEMS)}
insert into BaseItemProviders (ItemId, ProviderId, ProviderValue)
  select ${id('i')}, p.value, p.value || i from n, json_each('["Imdb","Tmdb"]') p;
commit;
`;
