import { mkdtemp, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { readBarCodes } from '../support/barcode.ts';
import { FILMS, filmFile } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import type { HealthJson } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { playOn } from '../support/step.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
/** What the bar code reader makes of a card. */
const NO_FILM = 0;
/** The longest pause between two attempts, and what is listed ahead. */
const LATEST_BACK = 8 + 2;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'comes-back-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A film that takes long to develop, and its path. */
async function addLongFilm(library: string): Promise<string> {
  const film = path.join(library, 'film.mkv');
  await execa('ffmpeg', ['-v', 'error', '-stream_loop', '4', '-i', await filmFile('mkvAt25'), '-c', 'copy', film]);
  await utimes(film, new Date('2020-01-01'), new Date('2020-01-01'));
  return film;
}

test('an ffmpeg that vanishes while on air is the card until it is back, and everybody is told why', async () => {
  const own = path.join(folder, 'without');
  const library = await makeLibrary(own, []);
  await addLongFilm(library);
  const { env } = await ScriptedFFmpeg.make(own, 'in real time');
  const program = env['SIDECAST_FFMPEG_PATH'] ?? '';
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library, clock, env });
  const channel = await sidecar.channel();
  const session = () => sidecar.json<{ ffmpeg_pid: number }>(`/api/streams/${channel.id}`);
  const told = async () => {
    const { causes } = JSON.parse(await sidecar.text('/api/health')) as HealthJson;
    return causes.map(({ code }) => code);
  };
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const play = (segments: number) => playOn(player, segments, { sidecar, channel, clock });

  await play(3);
  const pid = await until('ffmpeg is at work', async () => (await session()).ffmpeg_pid);
  await rename(program, `${program}.away`);
  process.kill(pid, 'SIGKILL');
  await play(8);
  expect(await told()).toContain('ffmpeg_not_found');

  // The new one is quicker: what it did before it vanished is not waited for again.
  await ScriptedFFmpeg.make(own);
  await play(LATEST_BACK + 3);
  expect(await told()).toEqual([]);
  await faultless(await player.save(path.join(own, 'played')));
  const codes = await readBarCodes(Buffer.concat(player.played.map(({ bytes }) => bytes)));
  const shown = codes.map(({ film: number }) => number).filter((number, index, all) => number !== all[index - 1]);
  expect(shown).toEqual([FILMS.mkvAt25.number, NO_FILM, FILMS.mkvAt25.number]);
});

test('a film that vanishes while on air is the card until it is back, and everybody is told why', async () => {
  const library = await makeLibrary(folder, []);
  const film = await addLongFilm(library);
  // As fast as it is watched: most of it is still to be developed when it vanishes.
  const { env } = await ScriptedFFmpeg.make(folder, 'in real time');
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock, env });
  const channel = await sidecar.channel();
  const session = () => sidecar.json<{ ffmpeg_pid: number; last_error: string }>(`/api/streams/${channel.id}`);
  const told = async () => {
    const { causes } = await sidecar.json<{ causes: { code: string; message: string }[] }>('/api/health');
    return causes.filter(({ code }) => code === 'item_unplayable').map(({ message }) => message);
  };
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const play = (segments: number) => playOn(player, segments, { sidecar, channel, clock });

  await play(3);
  const pid = await until('ffmpeg is at work', async () => (await session()).ffmpeg_pid);
  await rename(film, `${film}.away`);
  process.kill(pid, 'SIGKILL');
  await play(8);
  expect((await session()).last_error).toMatch(/film\.mkv at 0:00:\d\d: missing file/);
  expect(await told()).toEqual([expect.stringContaining(film)]);

  await ScriptedFFmpeg.make(folder);
  await rename(`${film}.away`, film);
  await play(LATEST_BACK + 3);
  expect((await session()).last_error).toBe('');
  expect(await told()).toEqual([]);
  await faultless(await player.save(path.join(folder, 'played')));
  const codes = await readBarCodes(Buffer.concat(player.played.map(({ bytes }) => bytes)));
  const shown = codes.map(({ film: number }) => number).filter((number, index, all) => number !== all[index - 1]);
  expect(shown).toEqual([FILMS.mkvAt25.number, NO_FILM, FILMS.mkvAt25.number]);
});

test('a streams folder that is removed while on air is made again, and all viewers go on', async () => {
  const own = path.join(folder, 'removed');
  const library = await makeLibrary(own, ['mkvAt25']);
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library, clock });
  const channel = await sidecar.channel();
  const states = async () => (await sidecar.streams()).map(({ state }) => state);
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const play = (segments: number) => playOn(player, segments, { sidecar, channel, clock });
  using tuner = new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`);

  await play(3);
  await rm(path.join(own, 'streams'), { recursive: true, maxRetries: 3 });
  await until('the next segment cannot be written', async () => {
    await clock.wind(100);
    return (await states()).includes('failed');
  });
  const { size } = tuner;
  await until('it is tried again', async () => {
    await clock.wind(100);
    return (await states()).includes('active');
  });
  await play(3);
  await until('the continuous stream goes on', () => tuner.size > size);
  expect(tuner.hasEnded).toBe(false);
  expect(await sidecar.json('/api/health')).toMatchObject({ status: 'ok' });
  const facts = await faultless(await player.save(path.join(own, 'played')));
  expect(facts.segments).toBe(player.played.length);
});
