import { expect, test } from '@jest/globals';
import { mapPath } from '../../src/library/path-map.ts';

const RULES = [
  { from: '/media', to: '/mnt/nas' },
  { from: '/media/films', to: '/films/' },
  { from: 'D:\\Media\\', to: '/mnt/d' },
  { from: '//NAS/share', to: '/mnt/share' },
  { from: '%AppDataPath%', to: '/config/data' },
];

test.each<[what: string, hostPath: string, mapped: string]>([
  ['a file in a folder', '/media/shows/a.mkv', '/mnt/nas/shows/a.mkv'],
  ['the folder itself', '/media', '/mnt/nas'],
  ['the longest rule, wherever it stands', '/media/films/a.mkv', '/films/a.mkv'],
  ['no folder of a similar name', '/media2/a.mkv', '/media2/a.mkv'],
  ['no other case', '/Media/a.mkv', '/Media/a.mkv'],
  ['what no rule fits', '/else/a.mkv', '/else/a.mkv'],
  ['Windows, in any case', 'd:\\MEDIA\\Films\\a b.mkv', '/mnt/d/Films/a b.mkv'],
  ['Windows, with slashes', 'D:/Media/Films/a.mkv', '/mnt/d/Films/a.mkv'],
  ['a share of Windows', '\\\\nas\\Share\\Films\\a.mkv', '/mnt/share/Films/a.mkv'],
  ['Windows, without a rule', 'E:\\a.mkv', 'E:\\a.mkv'],
  ['a backslash in a name', '/media/a\\b.mkv', '/mnt/nas/a\\b.mkv'],
  ['a folder of the host’s own', '%AppDataPath%/x/poster.jpg', '/config/data/x/poster.jpg'],
])('%s', (_, hostPath, mapped) => {
  expect(mapPath(RULES, hostPath)).toBe(mapped);
});

test('a rule for everything', () => {
  expect(mapPath([{ from: '/', to: '/host' }], '/media/a.mkv')).toBe('/host/media/a.mkv');
  expect(mapPath([{ from: '/host', to: '/' }], '/host/media/a.mkv')).toBe('/media/a.mkv');
});
