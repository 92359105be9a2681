import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { UNLIKE_FILMS } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ChannelJson } from '../support/http-client.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { clockOf, segmentNumber } from '../support/on-schedule.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const JOINS = 12;
/** Joins seen before the sidecar is killed, and before it is stopped: both while films air for the first time. */
const KILLED_AFTER = 2;
const STOPPED_AFTER = 4;

let folder: string;
let library: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'joins-'));
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, UNLIKE_FILMS, { seconds: 1.9 })]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('unlike films follow one another without a fault, over a kill and a restart of the sidecar', async () => {
  const start = () => SidecarProcess.start({ main, folder, library, env: { SIDECAST_AHEAD_SECONDS: '10' } });
  const evening = new Evening();
  {
    await using killed = await start();
    await inMidFilm(killed);
    await evening.watch(killed, KILLED_AFTER);
    killed.signal('SIGKILL');
    await killed.exited;
  }
  {
    await using stopped = await start();
    await evening.watch(stopped, STOPPED_AFTER);
    expect(await stopped.stop()).toBe(0);
  }
  await using last = await start();
  const channel = await evening.watch(last, JOINS);

  const { player, continuous } = evening;
  const facts = await faultless(await player.save(path.join(folder, 'played')));
  expect(facts).toMatchObject({ discontinuities: 0, parameterSets: 2, segments: player.played.length });
  expectOnTheClock(channel, player);
  await expectSameBytes(player, continuous);
});

/** One viewer of the HLS, who stays through all restarts, and one of the continuous stream in each life. */
class Evening {
  readonly player = new HlsPlayer();
  readonly continuous: Buffer[] = [];
  readonly #starts = new Set<string>();

  /** Watches until so many programmes have begun in all, and enough is developed to bridge a restart. */
  async watch(sidecar: SidecarProcess, joins: number): Promise<ChannelJson> {
    const channel = await sidecar.channel();
    this.player.tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
    using tuner = new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`);
    for (let idle = 0; this.#starts.size <= joins || idle < 3;) {
      await this.player.load();
      this.#starts.add((await sidecar.now(channel.id)).now?.start ?? '');
      const [stream] = await sidecar.streams();
      idle = stream?.ffmpeg_pid === 0 ? idle + 1 : 0;
      await pause(200);
    }
    this.continuous.push(tuner.bytes);
    return channel;
  }
}

async function inMidFilm(sidecar: SidecarProcess): Promise<void> {
  const { id } = await sidecar.channel();
  await until('a film is in its middle', async () => {
    const { time, now } = await sidecar.now(id);
    return now !== null && Date.parse(time) - Date.parse(now.start) > 1_200;
  });
}

/** Numbers are the clock's, dates agree with them, lengths are one constant, and nothing is torn. */
function expectOnTheClock(channel: ChannelJson, { playlists }: HlsPlayer): void {
  const clock = clockOf(channel);
  const extinf = Number(clock.pictures * clock.den) / Number(clock.num);
  for (const { text, mediaSequence, segments } of playlists) {
    expect(text).not.toContain('DISCONTINUITY');
    expect(mediaSequence).toBe(segmentNumber(clock, segments[0]?.dateMs ?? 0));
    for (const segment of segments) {
      expect(segmentNumber(clock, segment.dateMs)).toBe(segment.sequence);
      expect(Number(segment.extinf)).toBeCloseTo(extinf, 6);
    }
  }
}

/** The continuous streams are the segments one after another: up to where each broke off, the same bytes. */
async function expectSameBytes({ played }: HlsPlayer, continuous: readonly Buffer[]): Promise<void> {
  for (const [index, bytes] of continuous.entries()) {
    const first = played.findIndex((segment) => bytes.subarray(0, segment.bytes.length).equals(segment.bytes));
    expect(first).toBeGreaterThanOrEqual(0);
    const same = Buffer.concat(played.slice(first).map((segment) => segment.bytes));
    const length = Math.min(same.length, bytes.length);
    expect(bytes.subarray(0, length).equals(same.subarray(0, length))).toBe(true);
    const file = path.join(folder, `continuous-${index}.ts`);
    await writeFile(file, bytes.subarray(0, wholeSegments(played.slice(first), length)));
    await faultless(file);
  }
}

function wholeSegments(segments: HlsPlayer['played'], limit: number): number {
  let bytes = 0;
  for (const segment of segments) {
    if (bytes + segment.bytes.length > limit) break;
    bytes += segment.bytes.length;
  }
  return bytes;
}
