import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { folderId, scanFolder } from '../../src/library/folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'folder-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), 'x');
  }
}

/** Each item in a line: what it is, and where. */
async function found(): Promise<string[]> {
  const { items } = await scanFolder(root);
  return items.map((item) => `${item.show ?? 'film'}: ${path.relative(root, item.path)}`);
}

describe('a folder is read so that', () => {
  test.each<[rule: string, files: string[], found: string[]]>([
    [
      'files in it are films, by title',
      ['b.mkv', 'A.mp4', 'The.C.1999.avi'],
      ['film: A.mp4', 'film: b.mkv', 'film: The.C.1999.avi'],
    ],
    ['a folder with one video is a film', ['Alien (1979)/alien.mkv'], ['film: Alien (1979)/alien.mkv']],
    [
      'a folder with several videos is a show',
      ['Clips/10.mkv', 'Clips/9.mkv'],
      ['Clips: Clips/9.mkv', 'Clips: Clips/10.mkv'],
    ],
    [
      'several videos with the years of films are films',
      ['Alien/Alien (1979).mkv', 'Alien/Aliens.1986.1080p.mkv'],
      ['film: Alien/Alien (1979).mkv', 'film: Alien/Aliens.1986.1080p.mkv'],
    ],
    [
      'several videos with days or with numbers are a show',
      ['News/News 2010-01-02.mkv', 'News/News 2010-01-03.mkv', 'Sagas/01 Saga (1979).mkv', 'Sagas/02 Saga (1986).mkv'],
      [
        'News: News/News 2010-01-02.mkv',
        'News: News/News 2010-01-03.mkv',
        'Sagas: Sagas/01 Saga (1979).mkv',
        'Sagas: Sagas/02 Saga (1986).mkv',
      ],
    ],
    [
      'several videos below a folder of films are films, whatever their names, but not numbered episodes',
      [
        ...['Movies/heat.mkv', 'Movies/alien.mkv', 'Spielfilme/Action/a.mkv', 'Spielfilme/Action/b.mkv'],
        ...['Films/Show/S01E01.mkv', 'Films/Show/S01E02.mkv', 'Filmstrips/a.mkv', 'Filmstrips/b.mkv'],
      ],
      [
        ...['film: Spielfilme/Action/a.mkv', 'film: Movies/alien.mkv', 'film: Spielfilme/Action/b.mkv'],
        ...['film: Movies/heat.mkv', 'Filmstrips: Filmstrips/a.mkv', 'Filmstrips: Filmstrips/b.mkv'],
        ...['Show: Films/Show/S01E01.mkv', 'Show: Films/Show/S01E02.mkv'],
      ],
    ],
    ['a folder with one numbered episode is a show', ['Pilot/Pilot.S01E01.mkv'], ['Pilot: Pilot/Pilot.S01E01.mkv']],
    [
      'seasons make a show, specials last',
      ['Show/Season 10/01.mkv', 'Show/Season 2/02.mkv', 'Show/Season 2/01.mkv', 'Show/Specials/01.mkv'],
      [
        'Show: Show/Season 2/01.mkv',
        'Show: Show/Season 2/02.mkv',
        'Show: Show/Season 10/01.mkv',
        'Show: Show/Specials/01.mkv',
      ],
    ],
    [
      'numbers go before names',
      ['Show/zebra S01E01.mkv', 'Show/S02E01.mkv', 'Show/aardvark S01E02.mkv', 'Show/making of.mkv'],
      [
        'Show: Show/zebra S01E01.mkv',
        'Show: Show/aardvark S01E02.mkv',
        'Show: Show/S02E01.mkv',
        'Show: Show/making of.mkv',
      ],
    ],
    [
      'a folder of folders is looked into',
      ['TV/A/S01E01.mkv', 'TV/B/1x01.mkv', 'Films/Old/C/c.mkv', 'Films/Old/D/d.mkv', 'Films/e.mkv'],
      [
        'film: Films/Old/C/c.mkv',
        'film: Films/Old/D/d.mkv',
        'film: Films/e.mkv',
        'A: TV/A/S01E01.mkv',
        'B: TV/B/1x01.mkv',
      ],
    ],
    [
      'what is no part of the library is left out',
      [
        ...['.hidden.mkv', '.trash/a.mkv', 'b.mkv.part', 'c.tmp', 'd.txt', 'Film/f.mkv', 'Film/Extras/g.mkv'],
        ...['Film/Trailers/h.mkv', 'Film/f-trailer.mkv', 'Film/Sample/i.mkv', 'Film/sample.mkv', '@eaDir/j.mkv'],
      ],
      ['film: Film/f.mkv'],
    ],
    [
      'every usual container counts, however it is written',
      ['a.TS', 'b.m2ts', 'c.WebM', 'd.vob', 'e.3gp'],
      [...['film: a.TS', 'film: b.m2ts', 'film: c.WebM', 'film: d.vob', 'film: e.3gp']],
    ],
    ['an empty one has nothing', [], []],
  ])('%s', async (_rule, files, expected) => {
    await put(...files);
    expect(await found()).toEqual(expected);
  });
});

test('a library that is called Films has films below it', async () => {
  await put('Films/Action/a.mkv', 'Films/Action/b.mkv');
  const { items } = await scanFolder(path.join(root, 'Films'));
  expect(items.map(({ kind }) => kind)).toEqual(['film', 'film']);
});

test('links are followed, but not in circles and not to nowhere', async () => {
  await put('Show/S01E01.mkv', 'Show/S01E02.mkv');
  await symlink(root, path.join(root, 'Show', 'around'));
  await symlink(path.join(root, 'nowhere.mkv'), path.join(root, 'broken.mkv'));
  await symlink(path.join(root, 'Show', 'S01E01.mkv'), path.join(root, 'linked.mkv'));
  expect(await found()).toEqual(['film: linked.mkv', 'Show: Show/S01E01.mkv', 'Show: Show/S01E02.mkv']);
});

test('an item says what its file says', async () => {
  await put('Show/Show.S01E02.Two.mkv', 'Show/Show.S01E01.One.mkv');
  const { items } = await scanFolder(`${root}/`);
  expect(items).toEqual([1, 2].map((episode) => expect.objectContaining({ kind: 'episode', season: 1, episode })));
  const [one] = items;
  expect(one).toMatchObject({ source: folderId(root), title: 'One', show: 'Show', sizeBytes: 1 });
  expect(Number.isInteger(one?.modifiedMs)).toBe(true);
});

test('ids stay the same from scan to scan and differ from file to file', async () => {
  await put('a.mkv', 'b.mkv');
  const ids = async () => (await scanFolder(root)).items.map(({ id }) => id);
  const before = await ids();
  await put('a0.mkv');
  expect(new Set(before).size).toBe(2);
  expect(await ids()).toEqual(expect.arrayContaining(before));
});

test('a folder that cannot be read is told in words', async () => {
  await expect(scanFolder(path.join(root, 'gone'))).rejects.toMatchObject({
    code: 'library_unreadable',
    message: expect.stringMatching(/gone cannot be read .*check that it exists/),
  });
  await put('file.mkv');
  await expect(scanFolder(path.join(root, 'file.mkv'))).rejects.toMatchObject({ code: 'library_unreadable' });
});

test('a folder source is a path after its scheme', () => {
  expect(folderId('/videos/')).toBe('folder:/videos');
});
