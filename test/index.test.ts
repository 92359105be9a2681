import { mkdtemp, mkdir, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import { readPluginManifest } from '../src/http/plugin-manifest.ts';
import * as sidecast from '../src/index.ts';

const NAMES = `
  AppError HARDWARE_ACCEL_AUTO HARDWARE_ACCEL_NONE HARDWARE_ACCEL_NVENC HARDWARE_ACCEL_QSV HARDWARE_ACCEL_VAAPI
  HARDWARE_ACCEL_VIDEOTOOLBOX PLAYLIST_TYPE_EVENT PLAYLIST_TYPE_VOD QUALITIES QUALITY_1080P QUALITY_480P QUALITY_720P
  STATE_ACTIVE STATE_FAILED STATE_IDLE STATE_STARTING STATE_STOPPING SessionManager StreamManager StreamSession
  buildHLSCommand canTransitionTo captureFFmpegOutput checkFFmpegInstalled cleanupOrphanedDirectories cleanupSegments
  createLogger createSegmentDirectories createSidecar detectHardwareEncoders discoverSegments generateMasterPlaylist
  generateMediaPlaylist getBandwidthForQuality getOutputPath getPlaylistFilename getResolutionForQuality
  getSegmentPattern isHardwareAccel isStreamState launchFFmpeg parseSettings renderReport selectBestEncoder
  settingsJSONSchema silentLogger systemClock terminateProcess validateHardwareAccel validateMasterPlaylist
  validateMediaPlaylist verify writePlaylistAtomic`;

const source = await readFile(new URL('../src/index.ts', import.meta.url), 'utf8');
const page = await readFile(new URL('../docs/streaming-engine.md', import.meta.url), 'utf8');
const exported = [...source.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names = '']) =>
  names.split(',').map((name) => name.trim().replace(/^type /, '')),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sidecast-package-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the package exports these names and no others', () => {
  expect(Object.keys(sidecast).sort()).toEqual(NAMES.trim().split(/\s+/).sort());
});

it.each(exported.filter((name) => name !== ''))('the page on the engine tells of %s', (name) => {
  expect(page).toMatch(new RegExp(`\\b${name}\\b`));
});

test('the page on the engine has every endpoint', async () => {
  const { endpoints } = await readPluginManifest();
  const missing = endpoints.filter(({ method, path: address }) => !page.includes(`\`${method} ${address}\``));
  expect(missing).toEqual([]);
});

test('the page on the engine has each service of HTTP, and all that it does', async () => {
  const services = new URL('../src/http/services/', import.meta.url);
  const files = await readdir(services);
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, services), 'utf8')));
  const untold = [...texts.join('').matchAll(/^export interface (\w+Service) \{$(.*?)^\}/gms)].flatMap(
    ([, service = '', body = '']) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${service}\``)) ?? '';
      const members = [...body.matchAll(/^  (?:readonly )?(\w+)[(:]/gm)].map(([, name = '']) => name);
      return members.filter((name) => !row.includes(`\`${name}`)).map((name) => `${service}.${name}`);
    },
  );
  expect(untold).toEqual([]);
});

test('who embeds it airs a folder, asks what is on, and watches', async () => {
  const film = path.join(folder, 'library', 'Film (2001).mp4');
  await mkdir(path.dirname(film));
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25', '-f', 'lavfi', '-i', 'sine=r=48000', '-t', '12'];
  await execa('ffmpeg', ['-v', 'error', ...sources, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', film]);
  // Last written long ago, so that nobody waits whether it grows.
  await utimes(film, 1e9, 1e9);
  const settings = sidecast.parseSettings({
    options: {
      ...{
        library: [`folder:${path.dirname(film)}`],
        dataDir: path.join(folder, 'data'),
        host: '127.0.0.1',
        port: '0',
      },
      ...{ streamsDir: path.join(folder, 'streams'), qualities: ['480p'], tunerQuality: '480p', hardwareAccel: 'none' },
    },
  });
  const sidecar = await sidecast.createSidecar({ settings, logger: sidecast.silentLogger });
  try {
    const { port } = await sidecar.start();
    await sidecar.onFirstChannels;
    const [channel] = sidecar.urls().channels;
    expect(channel).toMatchObject({ number: '1', name: 'Films' });
    const hls = (channel?.hls ?? '').replace('localhost', '127.0.0.1');
    expect(new URL(hls).port).toBe(String(port));
    const master = await (await fetch(hls)).text();
    expect(() => sidecast.validateMasterPlaylist(master)).not.toThrow();
    const media = await (await fetch(new URL(master.trim().split('\n').at(-1) ?? '', hls))).text();
    expect(() => sidecast.validateMediaPlaylist(media)).not.toThrow();
    const segment = await fetch(new URL(media.trim().split('\n').at(-1) ?? '', hls));
    expect(segment.status).toBe(200);
    expect(new Uint8Array(await segment.arrayBuffer())[0]).toBe(0x47);
  } finally {
    await sidecar.stop();
  }
}, 30_000);
