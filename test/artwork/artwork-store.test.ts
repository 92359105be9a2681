import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import sharp from 'sharp';
import { ArtworkStore, type ArtworkStoreOptions, type Picture } from '../../src/artwork/artwork-store.ts';
import { Pictures } from '../../src/drawing/pictures.ts';
import { SmallFiles } from '../../src/library/disk/small-files.ts';
import { temporaryFolder } from '../support/hosts.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

const DAY_MS = 86_400_000;
const NOT_FOUND = { code: 'artwork_not_found' };

const pictures = new Pictures();
afterAll(() => pictures[Symbol.dispose]());

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let nowMs: number;
const files = new SmallFiles();
beforeEach(async () => {
  folder = await temporaryFolder();
  nowMs = Date.now();
});
afterEach(async () => folder[Symbol.asyncDispose]());
afterAll(() => files[Symbol.dispose]());

const at = (name: string) => path.join(folder.path, name);

function store(options: Partial<ArtworkStoreOptions> = {}): ArtworkStore {
  return new ArtworkStore({
    ...{ directory: at('kept'), budgetBytes: 1e9, servers: {}, files, now: () => nowMs },
    onNothing: () => {},
    resize: (bytes, to) => pictures.resized(bytes, to),
    ...options,
  });
}

function drawn(width: number, format: 'jpeg' | 'png' = 'jpeg', background = '#c00'): Promise<Buffer> {
  const picture = sharp({ create: { width, height: (width * 3) / 2, channels: 3, background } });
  return picture.toFormat(format).toBuffer();
}

async function pictureFile(name: string, width = 800, format: 'jpeg' | 'png' = 'jpeg'): Promise<string> {
  await writeFile(at(name), await drawn(width, format));
  return at(name);
}

const ofFile = (file: string) => ({ file, apiPath: null });
const kept = async () => (await readdir(at('kept')).catch(() => [])).length;

describe('a picture in a file', () => {
  test('is given as it is, and no copy is kept', async () => {
    const file = await pictureFile('poster.jpg');
    const { type, bytes } = await store().picture('folder:/films', ofFile(file));
    expect([type, bytes]).toEqual(['image/jpeg', await drawn(800)]);
    expect(await kept()).toBe(0);
  });

  it.each([
    ['the next larger width', 300, 320],
    ['that very width', 320, 320],
    ['the largest', 4000, 800],
  ])('is made as wide as %s', async (_, asked, wide) => {
    const file = await pictureFile('poster.jpg');
    const { bytes } = await store().picture('folder:/films', ofFile(file), asked);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: wide, height: (wide * 3) / 2 });
  });

  test('stays a PNG where it may be transparent, whatever the file is called', async () => {
    const file = await pictureFile('logo.jpg', 800, 'png');
    expect((await store().picture('folder:/films', ofFile(file))).type).toBe('image/png');
    expect((await store().picture('folder:/films', ofFile(file), 160)).type).toBe('image/png');
  });

  test('is made smaller once, and anew when the file changes', async () => {
    const file = await pictureFile('poster.jpg');
    const first = await store().picture('folder:/films', ofFile(file), 160);
    const [name = ''] = await readdir(at('kept'));
    // What is kept is what is given, by another process, too.
    const other = await drawn(10, 'jpeg', '#0c0');
    await writeFile(path.join(at('kept'), name), other);
    expect((await store().picture('folder:/films', ofFile(file), 150)).bytes).toEqual(other);
    await pictureFile('poster.jpg', 700);
    const changed = await store().picture('folder:/films', ofFile(file), 160);
    expect(changed.bytes).not.toEqual(other);
    expect(first.bytes).not.toEqual(other);
    expect(await kept()).toBe(2);
  });

  test('that is damaged where it was kept is made again', async () => {
    const file = await pictureFile('poster.jpg');
    const first = await store().picture('folder:/films', ofFile(file), 160);
    const [name = ''] = await readdir(at('kept'));
    await writeFile(path.join(at('kept'), name), 'half');
    expect(await store().picture('folder:/films', ofFile(file), 160)).toEqual(first);
  });

  it.each<[string, (file: string) => Promise<unknown>, RegExp]>([
    [
      'is not there',
      async () => {},
      /its file is not here; mount the folder of its pictures here, or say in SIDECAST_PATH_MAP where/,
    ],
    ['is a folder', (file) => mkdir(file), /its file is no picture/],
    ['is empty', (file) => writeFile(file, ''), /its file is no picture.*; see to that file, which the log names$/],
    ['is no picture', (file) => writeFile(file, 'not a picture'), /its file is no picture/],
    [
      'ends before its pixels',
      (file) => writeFile(file, Buffer.from('ffd8ffe000104a46', 'hex')),
      /its file is no picture/,
    ],
  ])('that %s is not found in any size, and is told why', async (_, make, why) => {
    await make(at('poster.jpg'));
    for (const width of [undefined, 160]) {
      await expect(store().picture('folder:/films', ofFile(at('poster.jpg')), width)).rejects.toMatchObject({
        ...{ ...NOT_FOUND, message: expect.stringMatching(why) },
      });
    }
    expect(await kept()).toBe(0);
  });

  test('that cannot be given is named to the log alone, and each once', async () => {
    const told: string[] = [];
    const artwork = store({ onNothing: (source, file, isThere) => told.push(`${source} ${file} ${isThere}`) });
    for (const name of ['none.jpg', 'damaged.jpg', 'damaged.jpg', 'also-none.jpg', 'broken.jpg']) {
      if (!name.includes('none')) await writeFile(at(name), 'not a picture');
      const error: unknown = await artwork
        .picture('folder:/films', ofFile(at(name)))
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ ...NOT_FOUND, message: expect.not.stringContaining(folder.path) });
    }
    expect(told).toEqual([
      `folder:/films ${at('none.jpg')} false`,
      `folder:/films ${at('damaged.jpg')} true`,
      `folder:/films ${at('broken.jpg')} true`,
    ]);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['ends in the middle', async () => (await drawn(800)).subarray(0, 3000)],
    [
      'has too many pixels',
      () =>
        sharp({ create: { width: 8000, height: 6400, channels: 3, background: 'navy' } })
          .png({ compressionLevel: 1 })
          .toBuffer(),
    ],
  ])('that %s is given as it is in any size, and no copy is kept', async (_, make) => {
    const bytes = await make();
    await writeFile(at('poster.jpg'), bytes);
    for (const width of [undefined, 160]) {
      const picture = await store().picture('folder:/films', ofFile(at('poster.jpg')), width);
      expect(picture.bytes.equals(bytes)).toBe(true);
    }
    expect(await kept()).toBe(0);
  });
});

describe('a picture that only the media server has', () => {
  let server: Server;
  let asked: { url: string | undefined; key: string | undefined }[];
  let answer: { status: number; bytes: Buffer; headers?: Record<string, string> };
  beforeEach(async () => {
    asked = [];
    answer = { status: 200, bytes: await drawn(400) };
    server = createServer((request: IncomingMessage, response) => {
      const { authorization, 'x-plex-token': token } = request.headers;
      asked.push({ url: request.url, key: authorization ?? String(token) });
      response.writeHead(answer.status, answer.headers).end(answer.bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const servers = () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { jellyfin: { url, key: 'abc' }, plex: { url, key: 'xyz' } };
  };
  const PRIMARY = { file: null, apiPath: '/Items/1/Images/Primary' };

  it.each([
    ['jellyfin:/config', 'MediaBrowser Token="abc"'],
    ['plex:/config', 'xyz'],
  ])('is asked of it with its key (%s), once a day', async (source, key) => {
    const artwork = store({ servers: servers() });
    const first = await artwork.picture(source, PRIMARY, 160);
    expect(await sharp(first.bytes).metadata()).toMatchObject({ width: 160 });
    nowMs += DAY_MS - 60_000;
    expect(await artwork.picture(source, PRIMARY, 160)).toEqual(first);
    expect(asked).toEqual([{ url: PRIMARY.apiPath, key }]);
    nowMs += 120_000;
    await artwork.picture(source, PRIMARY, 160);
    expect(asked).toHaveLength(2);
  });

  test('is asked for once when many want it at the same time', async () => {
    const artwork = store({ servers: servers() });
    const same = Array.from({ length: 5 }, () => artwork.picture('jellyfin:/config', PRIMARY));
    expect(new Set((await Promise.all(same)).map(({ bytes }) => bytes.toString('base64'))).size).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test('is asked of it when its file is not to be read here, too', async () => {
    const artwork = { ...PRIMARY, file: at('elsewhere/poster.jpg') };
    expect((await store({ servers: servers() }).picture('jellyfin:/config', artwork)).type).toBe('image/jpeg');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is empty', () => writeFile(at('poster.jpg'), '')],
    ['is a text', () => writeFile(at('poster.jpg'), 'not a picture')],
    ['is a folder', () => mkdir(at('poster.jpg'))],
  ])('is asked of it when its file %s', async (_, make) => {
    await make();
    for (const width of [undefined, 160]) {
      const artwork = store({ servers: servers() });
      const picture = await artwork.picture('jellyfin:/config', { ...PRIMARY, file: at('poster.jpg') }, width);
      expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'jpeg', width: width ?? 400 });
    }
    expect(asked).toHaveLength(2);
  });

  test('is not kept unless all of it can be read', async () => {
    const whole = answer.bytes;
    answer = { status: 200, bytes: whole.subarray(0, whole.length - 200) };
    for (const width of [undefined, 160]) {
      expect((await store({ servers: servers() }).picture('jellyfin:/config', PRIMARY, width)).type).toBe('image/jpeg');
    }
    expect(await kept()).toBe(0);
    answer = { status: 200, bytes: whole };
    for (const width of [undefined, 160])
      await store({ servers: servers() }).picture('jellyfin:/config', PRIMARY, width);
    expect(await kept()).toBe(2);
  });

  test('is asked of it when the disk of its file does not answer', async () => {
    const clock = new WoundClock(0);
    using disk = new SmallFiles({ clock });
    // Reading a pipe that nobody writes to never ends.
    await execa('mkfifo', [at('poster.jpg')]);
    const asking = store({ servers: servers(), files: disk }).picture('jellyfin:/config', {
      ...{ ...PRIMARY, file: at('poster.jpg') },
    });
    let picture: Picture | undefined;
    void asking.then((found) => (picture = found));
    await until('the server is asked', async () => {
      await clock.wind(1000);
      return picture !== undefined;
    });
    expect(picture?.type).toBe('image/jpeg');
    expect(clock.elapsed()).toBeGreaterThanOrEqual(20_000);
    // The next one is read as if nothing had been.
    const file = await pictureFile('other.jpg');
    expect((await store({ files: disk }).picture('jellyfin:/config', ofFile(file))).bytes).toEqual(
      await readFile(file),
    );
  });

  it.each<[string, typeof answer]>([
    ['does not have it', { status: 404, bytes: Buffer.from('no') }],
    [
      'answers with the beginning of one',
      { status: 200, bytes: Buffer.from(`\xff\xd8\xff${' '.repeat(300)}`, 'latin1') },
    ],
    ['answers with a page', { status: 200, bytes: Buffer.from('<html>') }],
    ['sends us elsewhere', { status: 302, bytes: Buffer.from(''), headers: { Location: 'http://127.0.0.1:9/' } }],
    ['has far too much of it', { status: 200, bytes: Buffer.alloc(31_000_000, '\xff\xd8\xff\xda', 'latin1') }],
  ])('is not found where it %s', async (_, given) => {
    answer = given;
    await expect(store({ servers: servers() }).picture('jellyfin:/config', PRIMARY)).rejects.toMatchObject({
      ...{ ...NOT_FOUND, message: 'artwork not found; the media server gives none' },
    });
    expect(await kept()).toBe(0);
  });

  test('is not found where nobody has given its address and key', async () => {
    await expect(store().picture('jellyfin:/config', PRIMARY)).rejects.toMatchObject({
      ...{ ...NOT_FOUND, message: expect.stringContaining('the address and the key of the media server') },
    });
    await expect(store({ servers: servers() }).picture('folder:/films', PRIMARY)).rejects.toMatchObject(NOT_FOUND);
    expect(asked).toEqual([]);
  });
});

test('what was made longest ago goes when there is too much', async () => {
  const file = await pictureFile('poster.jpg');
  await mkdir(at('kept'));
  for (const [index, name] of ['oldest', 'older', 'newest'].entries()) {
    await writeFile(path.join(at('kept'), name), Buffer.alloc(1000));
    await utimes(path.join(at('kept'), name), index + 1, index + 1);
  }
  const { bytes } = await store({ budgetBytes: 2000 + 20_000 }).picture('folder:/films', ofFile(file), 160);
  expect(bytes.length).toBeLessThan(20_000);
  expect(await kept()).toBe(4);
  await rm(at('kept'), { recursive: true });
  await mkdir(at('kept'));
  for (const [index, name] of ['oldest', 'older', 'newest'].entries()) {
    await writeFile(path.join(at('kept'), name), Buffer.alloc(1000));
    await utimes(path.join(at('kept'), name), index + 1, index + 1);
  }
  await store({ budgetBytes: bytes.length + 1500 }).picture('folder:/films', ofFile(file), 160);
  const left = await readdir(at('kept'));
  expect(left).toHaveLength(2);
  expect(left).toContain('newest');
});
