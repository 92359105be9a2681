import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { chromium } from 'playwright-core';
import { Links } from '../../src/access/links.ts';
import { createSecret } from '../../src/access/secrets.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';
import { CHANNEL, startSidecar } from './sidecar.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);
const inBrowser = CHROMIUM === undefined ? test.skip : test;

const KEY = 'correct-horse-battery';

/** What the test needs of the page's video element. */
interface Player {
  readonly currentTime: number;
  addEventListener(name: 'timeupdate', listener: () => void): void;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sidecast-player-'));
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25', '-f', 'lavfi', '-i', 'sine=r=48000', '-t', '8'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '0', '-hls_segment_filename', '%d.ts', 'x.m3u8'];
  if (CHROMIUM !== undefined) await execa('ffmpeg', ['-v', 'error', ...sources, ...codecs, ...hls], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true }));

/** What of a film every viewer gets. */
async function playlistOf(id: string, quality: string): Promise<string> {
  const pieces = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const lines = pieces.map((_file, n) => `#EXTINF:2.000,\n${quality}/${id}_${quality}_segment_${n}.ts\n`);
  return `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n${lines.join('')}`;
}

const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];

inBrowser(
  'the page plays a channel after the login, signed, in the one quality that is chosen, and as one viewer',
  async () => {
    const qualities = new Set<string>();
    const viewers = new Set<string>();
    const links = new Links(createSecret(), Date.now);
    await using sidecar = await startSidecar({
      access: { apiKey: KEY, links, revokeLinks: async () => {} },
      stream: {
        async mediaPlaylist(id, quality, viewer) {
          qualities.add(quality);
          viewers.add(viewer);
          return playlistOf(id, quality);
        },
        async segment(_id, quality, number) {
          qualities.add(quality);
          return readFile(path.join(folder, `${number}.ts`));
        },
      },
    });
    const complaints: string[] = [];
    const asked: string[] = [];
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGS });
    try {
      const page = await browser.newPage();
      await page.goto(`${sidecar.url}/watch/${CHANNEL}`);
      await page.locator('input[name=key]').fill(KEY);
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.locator('button[type=submit]').click();
      await page.locator('video').evaluate(
        (video: Player) =>
          new Promise<void>((resolve) => {
            video.addEventListener('timeupdate', () => video.currentTime > 3 && resolve());
          }),
      );
      expect([[...qualities], viewers.size, complaints]).toEqual([['720p'], 1, []]);
      const streams = asked.filter((address) => address.includes('/stream/'));
      expect(streams.length).toBeGreaterThan(3);
      expect(streams.filter((address) => !address.startsWith('/~'))).toEqual([]);
      expect(page.url()).toBe(`${sidecar.url}/watch/${CHANNEL}`);
    } finally {
      await browser.close();
    }
  },
);

inBrowser('a page whose link has expired gets a new one by itself, and plays on', async () => {
  const clock = new WoundClock(Date.now());
  const links = new Links(createSecret(), () => clock.now());
  await using sidecar = await startSidecar({
    access: { apiKey: KEY, links, revokeLinks: async () => {} },
    now: () => clock.now(),
    stream: {
      mediaPlaylist: playlistOf,
      segment: (_id, _quality, number) => readFile(path.join(folder, `${number}.ts`)),
    },
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGS });
  try {
    const page = await browser.newPage();
    const answers: [link: string, status: number][] = [];
    page.on('response', (response) => {
      const [, link] = /\/(~[\w.-]+)\/stream\/[^/]+\/720p\.m3u8/.exec(response.url()) ?? [];
      if (link !== undefined) answers.push([link, response.status()]);
    });
    const link = async () =>
      (await page.locator('video').getAttribute('data-media'))?.split('/').find((part) => part.startsWith('~')) ?? '';
    await page.goto(`${sidecar.url}/watch/${CHANNEL}`);
    await page.locator('input[name=key]').fill(KEY);
    await page.locator('button[type=submit]').click();
    await until('it plays', () => answers.some(([, status]) => status === 200));
    const first = await link();
    await clock.wind(14 * 3_600_000);
    await until('the old link is refused', () => answers.some(([asked, status]) => asked === first && status === 403));
    await until('a new one is used', () => answers.some(([asked, status]) => asked !== first && status === 200));
    await page.locator('video').evaluate(
      (video: Player) =>
        new Promise<void>((resolve) => {
          video.addEventListener('timeupdate', () => video.currentTime > 1 && resolve());
        }),
    );
    expect(await link()).not.toBe(first);
    expect(page.url()).toBe(`${sidecar.url}/watch/${CHANNEL}`);
    expect(await page.locator('#trouble').isHidden()).toBe(true);
    // None but the old one, and that no more.
    const refused = answers.flatMap(([asked, status]) => (status === 403 ? [asked] : []));
    expect([...new Set(refused)]).toEqual([first]);
  } finally {
    await browser.close();
  }
});
