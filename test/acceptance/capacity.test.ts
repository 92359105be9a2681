import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { locateFFmpeg } from '../../src/ffmpeg/locate.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { addFilm } from '../support/library.ts';
import { playOn } from '../support/step.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

/** How many times slower than an ordinary machine this one is taken to be before it has developed anything. */
const SLOWNESS = 1000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'capacity-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A library of two shows; each lasts longer than is developed ahead. */
async function twoShows(): Promise<string> {
  const library = path.join(folder, 'library');
  for (const show of ['One', 'Two']) {
    await mkdir(path.join(library, show), { recursive: true });
    for (const episode of [1, 2, 3]) await addFilm(library, 'mkvAt25', { as: `${show}/${show} S01E0${episode}.mkv` });
  }
  return library;
}

async function rememberAsSlow(): Promise<void> {
  const data = path.join(folder, 'data');
  await mkdir(data, { recursive: true });
  const catalog = await openCatalog(path.join(data, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  await catalog.settings.set(`cost ratio ${(await locateFFmpeg()).version} none`, String(SLOWNESS));
  await catalog.close();
}

test('a machine that carries one small stream offers that, refuses others in words, and lets its viewers be', async () => {
  const library = await twoShows();
  await rememberAsSlow();
  const clock = new WoundClock(Date.parse('2031-05-06T07:08:09.123Z'));
  const env = { SIDECAST_QUALITIES: '720p,480p', SIDECAST_AHEAD_SECONDS: '10' };
  await using sidecar = await startInProcess({ folder, library, clock, env });
  await until('both channels are there', async () => (await sidecar.channels()).length === 2);
  const [one, two] = await sidecar.channels();
  if (one === undefined || two === undefined) throw new Error('there are no two channels');
  const at = (channel: typeof one, name: string) => `${sidecar.url}/stream/${channel.id}${name}`;
  const variants = async (channel: typeof one) =>
    (await sidecar.text(`/stream/${channel.id}/master.m3u8`)).match(/^\w+p\.m3u8/gm);

  expect(await variants(one)).toEqual(['480p.m3u8']);
  const own = '/480p.m3u8?viewer=one-who-changes-over--';
  const player = new HlsPlayer().tuneTo(at(one, own));
  await playOn(player, 2, { sidecar, channel: one, clock });

  const words = { error: 'machine_at_capacity', message: expect.stringMatching(/at its limit.*again later/) };
  for (const name of ['/master.m3u8', '/480p.m3u8?viewer=another-viewer-of-two-']) {
    const refused = await fetch(at(two, name));
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await refused.json()).toEqual(words);
  }
  const tuner = await fetch(at(two, '.ts'));
  expect([tuner.status, tuner.headers.get('X-HDHomeRun-Error')]).toEqual([503, '805 All Tuners In Use']);
  expect(await tuner.text()).toBe('');
  expect(JSON.parse(await sidecar.text('/api/health'))).toMatchObject({
    causes: [{ code: 'machine_at_capacity', message: expect.stringMatching(/^a viewer was refused.* 480p beside/) }],
  });
  await until('nothing is left of what was refused', async () => (await sidecar.streams()).length === 1);

  // Whoever joins what is on air costs nothing.
  expect(await variants(one)).toEqual(['480p.m3u8']);
  using another = await new TsViewer(at(one, '.ts')).watches();
  await playOn(player, 6, { sidecar, channel: one, clock });
  expect(another.hasEnded).toBe(false);

  // A viewer who changes over takes along what the machine did for it alone.
  another.leave();
  await until('the other one has gone', async () => (await sidecar.streams())[0]?.client_count === 1);
  const changed = new HlsPlayer().tuneTo(at(two, own));
  await playOn(changed, 2, { sidecar, channel: two, clock });
});
