import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { readBarCodes } from '../support/barcode.ts';
import { FILMS, filmFile } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { playOn, runsAtWork } from '../support/step.ts';
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

/** A channel that shows one long film, two who watch it, and an ffmpeg as fast as that: most of it is still to come. */
async function openScene(own: string) {
  const library = await makeLibrary(own, []);
  const film = await addLongFilm(library);
  const { env } = await ScriptedFFmpeg.make(own, 'in real time');
  const clock = new WoundClock(START_MS);
  const sidecar = await startInProcess({ folder: own, library, clock, env });
  const channel = await sidecar.channel();
  const address = `${sidecar.url}/stream/${channel.id}`;
  const player = new HlsPlayer().tuneTo(`${address}/480p.m3u8`);
  let tuner: TsViewer | undefined;
  const session = async () => (await sidecar.streams())[0];
  return {
    film,
    program: env['SIDECAST_FFMPEG_PATH'] ?? '',
    async play(segments: number): Promise<void> {
      tuner ??= new TsViewer(`${address}.ts`);
      await playOn(player, segments, { sidecar, channel, clock });
    },
    async killFFmpeg(): Promise<void> {
      process.kill(await until('ffmpeg is at work', async () => (await session())?.ffmpeg_pid), 'SIGKILL');
    },
    /** Lets time pass, watching, until it is so; only the film's own ffmpeg may take longer than that. */
    async passUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
      await until(what, async () => {
        await until('no other ffmpeg is at work', async () => (await runsAtWork(sidecar)) <= 1);
        await clock.wind(500);
        await player.load();
        return isSo();
      });
    },
    /** Time passes by itself until there is no card any more. */
    async watchUntilShown(): Promise<void> {
      await using _ = clock.run();
      await until('it is shown', async () => (await player.load(), (await session())?.last_error === ''));
      const { length } = player.played;
      await player.playUntil('some of it was played', ({ played }) => played.length > length + 2);
    },
    /** An ffmpeg that is quicker: what it did before is not waited for again. */
    hurry: () => ScriptedFFmpeg.make(own),
    /** The libraries are looked through, and what has changed is looked into. */
    async lookInto(unplayable: number): Promise<void> {
      await sidecar.status('/api/library/sync', { method: 'POST' });
      await until('the file was looked into', async () => {
        const [source] = (await sidecar.json<{ sources: { unplayable_files: unknown[] }[] }>('/api/library')).sources;
        return source?.unplayable_files.length === unplayable;
      });
    },
    lastError: async () => (await session())?.last_error,
    async told() {
      const { causes } = await sidecar.health();
      return causes.map(({ code, message }) => ({ code, message }));
    },
    /** All is well again, nobody stumbled, and these were shown, one after another. */
    async expectBack(shown = [FILMS.mkvAt25.number, NO_FILM, FILMS.mkvAt25.number]): Promise<void> {
      // It is told with the next piece that is handed in: on a busy machine that may take a moment.
      const isWell = ({ code }: { code: string }) => !['item_unplayable', 'ffmpeg_not_found'].includes(code);
      await until('all is told to be well', async () => (await sidecar.health()).causes.every(isWell));
      expect((await session())?.last_error).toBe('');
      expect(tuner?.hasEnded).toBe(false);
      await faultless(await player.save(path.join(own, 'played')));
      const pictures = await readBarCodes(Buffer.concat(player.played.map(({ bytes }) => bytes)));
      const numbers = pictures.map(({ film: number }) => number);
      expect(numbers.filter((number, index) => number !== numbers[index - 1])).toEqual(shown);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      tuner?.leave();
      await sidecar[Symbol.asyncDispose]();
    },
  };
}

/** A film that takes long to develop, and its path. */
async function addLongFilm(library: string): Promise<string> {
  const film = path.join(library, 'film.mkv');
  await execa('ffmpeg', ['-v', 'error', '-stream_loop', '4', '-i', await filmFile('mkvAt25'), '-c', 'copy', film]);
  await utimes(film, new Date('2020-01-01'), new Date('2020-01-01'));
  return film;
}

test('an ffmpeg that vanishes while on air is the card until it is back, and everybody is told why', async () => {
  await using scene = await openScene(path.join(folder, 'without'));
  const { program, play, told } = scene;
  await play(3);
  await rename(program, `${program}.away`);
  await scene.killFFmpeg();
  await play(8);
  expect(await told()).toContainEqual(expect.objectContaining({ code: 'ffmpeg_not_found' }));

  await scene.hurry();
  await play(LATEST_BACK + 3);
  await scene.expectBack();
});

test.each<[what: string, cause: string, damage: (film: string) => Promise<unknown>]>([
  ['vanishes', 'missing file', async () => {}],
  ['becomes rubbish', 'corrupt', (film) => writeFile(film, 'rubbish '.repeat(10_000))],
])('a film that %s while on air is the card until it is back, and all are told why', async (what, cause, damage) => {
  await using scene = await openScene(path.join(folder, what));
  const { film, play, told, lastError } = scene;
  await play(3);
  await rename(film, `${film}.away`);
  await damage(film);
  await scene.killFFmpeg();
  await play(8);
  expect(await lastError()).toMatch(new RegExp(`film\\.mkv at 0:00:\\d\\d: ${cause}`));
  expect(await told()).toContainEqual({ code: 'item_unplayable', message: expect.stringContaining(film) });

  await scene.hurry();
  await rm(film, { recursive: true, force: true });
  await rename(`${film}.away`, film);
  await play(LATEST_BACK + 3);
  await scene.expectBack();
});

test('a film that does not answer while on air is the card until it does, and everybody is told why', async () => {
  await using scene = await openScene(path.join(folder, 'silent'));
  const { film, play, passUntil, told } = scene;
  await play(3);
  await rename(film, `${film}.away`);
  await execa('mkfifo', [film]);
  await scene.killFFmpeg();
  const isToldOf = ({ code, message }: { code: string; message: string }) =>
    code === 'item_unplayable' && /film\.mkv at 0:00:\d\d: no answer/.test(message);
  await passUntil('it is told', async () => (await told()).some(isToldOf));

  await scene.hurry();
  await rm(film);
  await rename(`${film}.away`, film);
  await scene.watchUntilShown();
  await scene.expectBack();
});

test('a film that was damaged before anybody came is the card until it is back, and everybody is told why', async () => {
  await using scene = await openScene(path.join(folder, 'before'));
  const { film, play, told, lastError } = scene;
  await rename(film, `${film}.away`);
  await writeFile(film, 'rubbish '.repeat(10_000));
  await scene.lookInto(1);
  await play(3);
  expect(await lastError()).toMatch(/cannot air .*film\.mkv: Invalid data/);
  expect(await told()).toEqual([{ code: 'item_unplayable', message: expect.stringContaining(film) }]);
  await scene.hurry();
  await rename(`${film}.away`, film);
  await scene.lookInto(0);
  await until('it is shown', async () => (await play(1), (await lastError()) === ''));
  await play(3);
  await scene.expectBack([NO_FILM, FILMS.mkvAt25.number]);
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
