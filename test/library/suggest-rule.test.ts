import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { DiskProcess } from '../../src/library/disk/disk-process.ts';
import { foldersHere } from '../../src/library/folders-here.ts';
import { type FolderHere, suggestRules } from '../../src/library/suggest-rule.ts';
import { temporaryFolder } from '../support/hosts.ts';

const HERE: readonly FolderHere[] = [
  { path: '/mnt', names: ['nas', 'films'] },
  { path: '/mnt/nas', names: ['films', 'shows'] },
  { path: '/mnt/films', names: ['Heat.mkv'] },
];

describe('where the server’s folder must be', () => {
  it.each<[what: string, notFound: string[], there: string[], rules: object[]]>([
    ['one folder up', ['/media/shows/a.mkv'], ['/mnt/nas/shows/a.mkv'], [{ from: '/media', to: '/mnt/nas' }]],
    [
      'deep inside, as much of the path kept as can be',
      ['/data/media/films/x/a.mkv'],
      ['/mnt/nas/films/x/a.mkv'],
      [{ from: '/data/media', to: '/mnt/nas' }],
    ],
    ['the files themselves', ['/films/Heat.mkv'], ['/mnt/films/Heat.mkv'], [{ from: '/films', to: '/mnt/films' }]],
    ['on Windows', ['D:\\films\\a.mkv'], ['/mnt/nas/films/a.mkv'], [{ from: 'D:', to: '/mnt/nas' }]],
    [
      'on a share',
      ['\\\\NAS\\big\\films\\a.mkv'],
      ['/mnt/nas/films/a.mkv'],
      [{ from: '\\\\NAS\\big', to: '/mnt/nas' }],
    ],
    [
      'right for half of the files',
      ['/media/films/a.mkv', '/media/films/gone.mkv'],
      ['/mnt/nas/films/a.mkv'],
      [{ from: '/media', to: '/mnt/nas' }],
    ],
    [
      'right for too few',
      ['/media/films/a.mkv', '/media/films/b.mkv', '/media/films/c.mkv'],
      ['/mnt/nas/films/a.mkv'],
      [],
    ],
    [
      'of several drives, the commonest first',
      [
        'D:\\films\\a.mkv',
        'E:\\shows\\b.mkv',
        'E:\\shows\\c.mkv',
        'E:\\shows\\d.mkv',
        'D:\\films\\e.mkv',
        'F:\\films\\f.mkv',
      ],
      ['a', 'e', 'f']
        .map((name) => `/mnt/nas/films/${name}.mkv`)
        .concat('bcd'.split('').map((name) => `/mnt/nas/shows/${name}.mkv`)),
      [
        { from: 'E:', to: '/mnt/nas' },
        { from: 'D:', to: '/mnt/nas' },
      ],
    ],
    ['nowhere: a folder of that name has other files', ['/media/films/a.mkv'], ['/mnt/nas/films/b.mkv'], []],
    ['nowhere at all', ['/media/other/a.mkv'], ['/mnt/nas/films/a.mkv'], []],
    ['unknown, since no file is missing', [], [], []],
  ])('is worked out: %s', async (_, notFound, there, rules) => {
    expect(await suggestRules(notFound, HERE, async (file) => there.includes(file))).toEqual(rules);
  });
});

describe('folders of this machine', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let disk: DiskProcess;
  beforeAll(async () => {
    folder = await temporaryFolder();
    disk = new DiskProcess();
    for (const name of ['nas/films/Heat (1995)/extras', 'nas/.trash/old', 'empty']) {
      await mkdir(path.join(folder.path, name), { recursive: true });
    }
    await writeFile(path.join(folder.path, 'nas/films/Heat (1995)/Heat.mkv'), '');
  });
  afterAll(async () => {
    disk[Symbol.dispose]();
    await folder[Symbol.asyncDispose]();
  });

  test('are found down to the third level, without hidden and empty ones', async () => {
    const found = await foldersHere(disk, [folder.path, '/no/such/place']);
    expect(found.map(({ path: place, names }) => [path.relative(folder.path, place), names.toSorted()])).toEqual([
      ['', ['empty', 'nas']],
      ['nas', ['films']],
      ['nas/films', ['Heat (1995)']],
    ]);
  });

  test('and a rule is worked out from them', async () => {
    const isThere = async (file: string) => file === path.join(folder.path, 'nas/films/Heat (1995)/Heat.mkv');
    const rules = await suggestRules(
      ['/media/films/Heat (1995)/Heat.mkv'],
      await foldersHere(disk, [folder.path]),
      isThere,
    );
    expect(rules).toEqual([{ from: '/media', to: path.join(folder.path, 'nas') }]);
  });
});
