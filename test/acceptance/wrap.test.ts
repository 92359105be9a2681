import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { type Announced, playOn } from '../support/step.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

/** Time stamps of transport streams begin anew this often, counted from the epoch. */
const WRAP_MS = (2 ** 33 / 90_000) * 1000;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);
const inBrowser = CHROMIUM === undefined ? test.skip : test;

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wrap-'));
  library = await makeLibrary(folder, ['mp4At24', 'mkvAt25', 'tsAt2997'], { seconds: 1.9 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('streams run on where the time stamps begin anew, a join beside it', async () => {
  const wrapMs = 20_000 * WRAP_MS;
  const clock = new WoundClock(wrapMs - 6_300);
  await using sidecar = await startInProcess({ folder: path.join(folder, 'judged'), library, clock });
  const channel = await sidecar.channel();
  using tuner = await new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`).watches();
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const announced: Announced = new Map();
  await playOn(player, 14, { sidecar, channel, clock, announced });

  const joins = [...announced.keys()].map((start) => Math.abs(Date.parse(start) - wrapMs));
  expect(Math.min(...joins)).toBeLessThanOrEqual(1_001);
  expect(player.played.at(0)?.dateMs).toBeLessThan(wrapMs);
  expect(player.played.at(-1)?.dateMs).toBeGreaterThan(wrapMs);
  await faultless(await player.save(path.join(folder, 'hls')));
  const seen = Buffer.concat(player.played.map(({ bytes }) => bytes));
  const length = Math.min(seen.length, tuner.bytes.length);
  expect(tuner.bytes.subarray(0, length).equals(seen.subarray(0, length))).toBe(true);
  const file = path.join(folder, 'continuous.ts');
  await writeFile(file, seen);
  await faultless(file);
});

/** What the test needs of hls.js and of the page. */
interface Page {
  Hls: new () => {
    readonly playingDate: Date | null;
    readonly firstLevel: number;
    currentLevel: number;
    on(name: string, listener: (name: string, fault: { fatal: boolean; details: string; error?: Error }) => void): void;
    attachMedia(video: unknown): void;
    loadSource(url: string): void;
  };
  document: { querySelector(name: string): { play(): Promise<void>; readonly buffered: { readonly length: number } } };
}

inBrowser('hls.js plays across it from the master playlist, with one encoder', async () => {
  const own = path.join(folder, 'browser');
  const laterWrapMs = 20_001 * WRAP_MS;
  const clock = new WoundClock(laterWrapMs - 7_000);
  const ffmpeg = await ScriptedFFmpeg.make(own);
  const env = { ...ffmpeg.env, SIDECAST_QUALITIES: '720p,480p' };
  await using sidecar = await startInProcess({ folder: own, library, clock, env });
  const channel = await sidecar.channel();
  await using time = clock.run();
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
  const autoplay = '--autoplay-policy=no-user-gesture-required';
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...args, autoplay] });
  try {
    const page = await browser.newPage();
    await page.setContent('<video muted></video>');
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js') });
    const played = await page.evaluate(
      ({ master, wrapMs }) => {
        const { Hls, document } = globalThis as unknown as Page;
        const video = document.querySelector('video');
        const hls = new Hls();
        const seen: string[] = [];
        const playedMs = () => hls.playingDate?.getTime() ?? 0;
        // On a busy machine it waits for data; where some is missing or wrong beside the wrap, it says something else.
        hls.on('hlsError', (_name, { fatal, details, error }) => {
          const isWrong = details !== 'bufferStalledError' && playedMs() > wrapMs - 2_000;
          if (fatal || isWrong) seen.push(`${details}: ${error?.message ?? ''}`);
        });
        // On a busy machine it would choose another quality on its way.
        hls.on('hlsManifestParsed', () => (hls.currentLevel = hls.firstLevel));
        hls.attachMedia(video);
        hls.loadSource(master);
        void video.play().catch(() => {});
        return new Promise<{ seen: string[]; ranges: number }>((resolve) => {
          setInterval(() => playedMs() > wrapMs + 3_000 && resolve({ seen, ranges: video.buffered.length }), 100);
        });
      },
      { master: `${sidecar.url}/stream/${channel.id}/master.m3u8`, wrapMs: laterWrapMs },
    );
    // One range without a hole, from before the wrap to after it.
    expect(played).toEqual({ seen: [], ranges: 1 });
    expect(time.elapsedMs()).toBeGreaterThan(5_000);
  } finally {
    await browser.close();
  }
  const widths = new Set(
    (await ffmpeg.runs()).filter(({ reel }) => !reel.includes('.png')).map(({ reel }) => reel.split(' ').at(-1)),
  );
  expect(widths.size).toBe(1);
});
