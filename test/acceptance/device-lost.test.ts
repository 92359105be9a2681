import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PICTURE_PID } from '../../src/splice/mpegts.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { makeLibrary } from '../support/library.ts';
import { parameterSets } from '../support/nal-units.ts';
import { expectOnSchedule } from '../support/on-schedule.ts';
import { ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { type Announced, playOn } from '../support/step.ts';
import { pesPackets, transportPackets } from '../support/transport.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const WINDOW = 6;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'device-lost-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('when the graphics device is lost on air, software goes on after one discontinuity, and health tells', async () => {
  const library = await makeLibrary(folder, ['mp4At24', 'mkvAt25', 'tsAt2997']);
  const ffmpeg = await ScriptedFFmpeg.make(folder, 'with a graphics device');
  const clock = new WoundClock(Date.parse('2031-05-06T07:08:09.123Z'));
  const env = {
    ...ffmpeg.env,
    SIDECAST_HARDWARE_ACCEL: 'nvenc',
    SIDECAST_AHEAD_SECONDS: '10',
    SIDECAST_WINDOW_SEGMENTS: String(WINDOW),
  };
  await using sidecar = await startInProcess({ folder, library, clock, env });
  const channel = await sidecar.channel();
  const announced: Announced = new Map();
  using tuner = new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`);
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  await playOn(player, 4, { sidecar, channel, clock, announced, inStep: true });
  expect(await sidecar.json('/api/health')).toMatchObject({ status: 'ok' });

  await ffmpeg.loseDevice();
  // What the device has developed is shown first; then it goes on until the discontinuity has left the list.
  await playOn(player, 24, { sidecar, channel, clock, announced, inStep: true });
  await expectOnSchedule(channel, player.played, [...announced.values()]);
  const [first = 0, ...more] = new Set(player.playlists.flatMap(({ text }) => discontinuities(text)));
  expect(more).toEqual([]);
  const setsOf = (isWanted: (sequence: number) => boolean) => [
    ...new Set(player.played.filter(({ sequence }) => isWanted(sequence)).map(({ bytes }) => parameterSetsOf(bytes))),
  ];
  const [device, software] = [setsOf((sequence) => sequence < first), setsOf((sequence) => sequence >= first)];
  expect([device.length, software.length]).toEqual([1, 1]);
  expect(device).not.toEqual(software);
  // At first neither, then listed, then counted.
  const told = player.playlists.map(({ text }) => [discontinuities(text).length, countedBefore(text)].join());
  expect([...new Set(told)]).toEqual(['0,0', '1,0', '0,1']);

  expect(await sidecar.json('/api/health')).toMatchObject({
    status: 'degraded',
    causes: [{ code: 'encoder_lost', message: expect.stringMatching(/h264_nvenc failed .*device lost/) }],
  });
  const last = player.played.at(-1)?.bytes ?? '';
  await until('the continuous stream has gone on as far', () => tuner.bytes.includes(last));
});

/** The numbers of the segments before which a playlist has a discontinuity. */
function discontinuities(text: string): number[] {
  return [...text.matchAll(/^#EXT-X-DISCONTINUITY\n(?:#.*\n)*.*_(\d+)\.ts$/gm)].map(([, number]) => Number(number));
}

function countedBefore(text: string): number {
  return Number(/^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)$/m.exec(text)?.[1] ?? 0);
}

function parameterSetsOf(segment: Buffer): string {
  const [picture] = pesPackets(transportPackets(segment), PICTURE_PID);
  return parameterSets(picture?.bytes ?? segment);
}
