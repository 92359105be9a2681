import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readBarCodes } from '../support/barcode.ts';
import { FILMS } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { unpack } from '../support/hosts.ts';
import { startInProcess } from '../support/in-process.ts';
import { addFilm } from '../support/library.ts';
import { StandInHost } from '../support/stand-in-host.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
const BELA = `Béla's "Big" Night`;
/** Of what the server lists, these files are there: the same film under all names. */
const FILES = [
  'shows/Show One (2010)/Season 01/Show One - S01E01 - Pilot.mkv',
  'shows/Show One (2010)/Season 01/Show One - S01E02-E03 - Double Trouble.mkv',
  `movies/Béla's "Big" Night (1999)/Béla's "Big" Night (1999) - part1.mkv`,
  `movies/Béla's "Big" Night (1999)/Béla's "Big" Night (1999) - part2.mkv`,
  'movies/Gamma Rays (2015)/Gamma Rays (2015).mkv',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'media-server-'));
  for (const file of FILES) {
    const there = path.join(folder, 'nas', file);
    await mkdir(path.dirname(there), { recursive: true });
    await addFilm(path.dirname(there), 'mkvAt25', { seconds: 4, as: path.basename(there) });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what a media server at work has is on air, and the server never notices', async () => {
  const config = path.join(folder, 'config');
  const file = await unpack('jellyfin-12.0-livetv', path.join(config, 'data/jellyfin.db'));
  await using host = await StandInHost.start(file);
  await host.write(10);
  await host.loseLocks();
  const inodes = async () => {
    const names = (await readdir(path.dirname(file))).sort();
    return Promise.all(names.map(async (name) => `${name} ${(await stat(path.join(path.dirname(file), name))).ino}`));
  };
  const before = await inodes();
  expect(before).toHaveLength(3);

  await using sidecar = await startInProcess({
    folder,
    library: '',
    clock: new WoundClock(START_MS),
    env: {
      SIDECAST_LIBRARY: `jellyfin:${config}`,
      SIDECAST_PATH_MAP: `/media=>${path.join(folder, 'nas')}`,
    },
  });
  const channels = await until('both channels are there', async () => {
    const found = await sidecar.channels();
    return found.length >= 2 && found;
  });
  // The other show has no file here.
  expect(channels.map(({ name }) => name)).toEqual(['Films', 'Show One']);
  const [films, show] = channels;
  await host.write(10);

  // Two parts that play one after the other are one programme.
  const guide = await until('all is planned', async () => {
    const text = await sidecar.text('/guide.xml');
    return text.includes('Gamma Rays') && text.includes('Big') && text.includes('Double Trouble') && text;
  });
  const titles = titlesOf(guide, films?.name ?? '');
  expect(titles.slice(0, 4)).toEqual([BELA, 'Gamma Rays', BELA, 'Gamma Rays']);

  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${show?.id}/480p.m3u8`);
  await player.load();
  const [picture] = await readBarCodes(player.played[0]!.bytes);
  expect(picture?.film).toBe(FILMS.mkvAt25.number);
  expect((await sidecar.now(films?.id ?? '')).now).not.toBeNull();

  await host.write(10);
  expect(await inodes()).toEqual(before);
  await host.kill();
  await using again = await StandInHost.start(file);
  expect(await again.rows()).toBe(30);
});

/** The titles of a channel's programmes, in order. */
function titlesOf(guide: string, channel: string): string[] {
  const [, id] = new RegExp(`<channel id="([^"]+)">\\s*<display-name[^>]*>${channel}<`).exec(guide) ?? [];
  const programmes = [...guide.matchAll(/<programme [^>]*channel="([^"]+)"[^]*?<title[^>]*>([^<]*)</g)];
  return programmes.filter(([, of]) => of === id).map(([, , title = '']) => title.replaceAll('&quot;', '"'));
}
