import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mayHang, mountHanging } from '../support/hanging-mount.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { unpack } from '../support/hosts.ts';
import { startInProcess } from '../support/in-process.ts';
import { makeLibrary } from '../support/library.ts';
import { playOn } from '../support/step.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(120_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hanging-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const testWithMount = mayHang() ? test : test.skip;

testWithMount('a library on a share that does not answer keeps nothing else waiting, not even the stop', async () => {
  const good = await makeLibrary(folder, ['mkvAt25'], { seconds: 4 });
  const hanging = path.join(folder, 'hanging');
  await mkdir(hanging);
  await using share = await mountHanging(hanging);
  expect(share).toBeDefined();
  const clock = new WoundClock(START_MS);
  // A media server that is there, and its films are not.
  const config = path.join(folder, 'config');
  await unpack('jellyfin-10.11', path.join(config, 'data/jellyfin.db'));
  const env = {
    SIDECAST_LIBRARY: `folder:${hanging},jellyfin:${hanging},plex:${hanging}/plex.db,jellyfin:${config},folder:${good}`,
    SIDECAST_PATH_MAP: `/media=>${hanging}`,
  };
  const starting = startInProcess({ folder, library: good, clock, env });
  let isStarted = false;
  void starting.then(() => (isStarted = true));
  await until('there is a channel', async () => {
    // Each question to the share is given up after its time.
    await clock.wind(500);
    return isStarted;
  });
  {
    await using sidecar = await starting;
    const channel = await sidecar.channel();
    const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
    await playOn(player, 5, { sidecar, channel, clock });
    const { causes } = await sidecar.json<{ causes: unknown[] }>('/api/health');
    const silent = (file: string) =>
      expect.objectContaining({
        code: 'library_unreadable',
        message: expect.stringMatching(new RegExp(`${file}.* does not answer: check its disk or network share`)),
      });
    const silentOnes = [`library folder ${hanging}`, `Jellyfin at ${hanging}`, `${hanging}/plex.db`];
    expect(causes).toHaveLength(4);
    expect(causes).toEqual(expect.arrayContaining([...silentOnes, `${hanging}/(movies|shows)`].map(silent)));
  }
});
