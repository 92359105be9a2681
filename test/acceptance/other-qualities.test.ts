import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/shared/clock.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { wholeSegments } from '../support/transport.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real, the time too: on a busy machine it takes its time.
jest.setTimeout(180_000);

/** More than is sent at once. */
const MORE_SEGMENTS = 6;

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'other-qualities-'));
  library = await makeLibrary(folder, ['mkvAt25'], { seconds: 3 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('whoever watches a quality that is taken away watches on, and nobody else may once they have left', async () => {
  const env = {
    ...{ SIDECAST_QUALITIES: '720p,480p', SIDECAST_GRACE_PERIOD_SECONDS: '1', SIDECAST_CLEANUP_INTERVAL_SECONDS: '1' },
  };
  await using sidecar = await startInProcess({ folder, library, clock: systemClock(), env });
  const { id } = await sidecar.channel();
  const stream = `${sidecar.url}/stream/${id}`;
  const offered = async () => {
    const master = await (await fetch(`${stream}/master.m3u8`)).text();
    return [...master.matchAll(/^(\d+p)\.m3u8/gm)].map(([, quality]) => quality);
  };
  const offer = (qualities: readonly string[]) =>
    sidecar.status(`/api/channels/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': '*' },
      body: JSON.stringify({ qualities }),
    });
  {
    using taken = await new TsViewer(`${stream}/720p.ts`).watches();
    using tuner = await new TsViewer(`${stream}.ts`).watches();
    const player = new HlsPlayer().tuneTo(`${stream}/720p.m3u8`);
    await player.playUntil('it plays', ({ played }) => played.length > 0);
    const [session] = await sidecar.json<{ started_at: string }[]>('/api/streams');
    expect(await offered()).toEqual(['720p', '480p']);

    expect(await offer(['480p'])).toBe(200);
    expect(await offered()).toEqual(['480p']);
    const sizes = [taken.size, tuner.size];
    const enough = player.played.length + MORE_SEGMENTS;
    await player.playUntil('it plays on', ({ played }) => played.length >= enough);
    expect([taken.hasEnded, tuner.hasEnded]).toEqual([false, false]);
    expect(Math.min(taken.size - (sizes[0] ?? 0), tuner.size - (sizes[1] ?? 0))).toBeGreaterThan(100_000);
    // It is still the same stream, and all are counted in it.
    expect(await sidecar.json(`/api/streams/${id}`)).toMatchObject({
      ...{ started_at: session?.started_at, client_count: 3, slate_count: 0 },
    });
    for (const [name, viewer] of Object.entries({ taken, tuner })) {
      const file = path.join(folder, `${name}.ts`);
      await writeFile(file, wholeSegments(viewer.bytes));
      await faultless(file);
    }
    await faultless(await player.save(path.join(folder, 'played')));
  }
  await until(
    'it is off the air',
    async () => (await sidecar.status(`/stream/${id}/720p.m3u8`, { method: 'HEAD' })) === 400,
  );
  expect(await sidecar.status(`/stream/${id}/720p.ts`)).toBe(400);

  // One that is added is had at once, while others watch; what it shows was encoded before.
  using tuner = await new TsViewer(`${stream}.ts`).watches();
  expect(await offer(['720p', '480p'])).toBe(200);
  expect(await offered()).toEqual(['720p', '480p']);
  using added = await new TsViewer(`${stream}/720p.ts`).watches();
  expect([added.status, tuner.hasEnded]).toEqual([200, false]);
  const other = new HlsPlayer().tuneTo(`${stream}/720p.m3u8`);
  await other.playUntil('it goes on', ({ played }) => played.length >= 2 * MORE_SEGMENTS);
});
