import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeFolder } from './cleanup.mjs';
import { fetchFirstSegment, fetchPlaylist, firstByteOf, get, watchTS } from './client.mjs';
import { DEFAULT_PROBE, hlsUrl, playFirstFrame, SMALL_PROBE, tsUrl } from './player.mjs';
import { developedSegments, freshFolders, freshStreams, removeFolders, startSidecar } from './sidecar.mjs';
import { quiet, stopStream, untilAllDeveloped } from './sidecar.mjs';
import { recordingFFmpeg } from './recording.mjs';
import { criterion, median, row } from './stats.mjs';

const BOUND_MS = 300;
const WARM_BOUND_MS = 20;
const STREAM_RESTARTS = 5;
const SIDECAR_RESTARTS = 3;
const WARM_SAMPLES = 20;
/** The short film: 24 s. */
const SEGMENTS = 12;

const firstFrame = async (url, probe) => (await playFirstFrame(url, probe)).frameMs;

/** Milliseconds from the GET until there is a picture; a client that decodes nothing shows what the player adds. */
const PLAYERS = {
  'HLS, GET to first frame': (sidecar) => firstFrame(hlsUrl(sidecar), DEFAULT_PROBE),
  'TS, small probe, GET to first frame': (sidecar) => firstFrame(tsUrl(sidecar), SMALL_PROBE),
  'GET to the whole segment at a client': async (sidecar) => (await fetchFirstSegment(hlsUrl(sidecar))).segmentMs,
};

/** Tune-ins to what was developed before: after a restart of the stream, of the sidecar, and while it is on air. */
export async function measureReels({ films, folder }) {
  const folders = await freshFolders();
  const recording = await recordingFFmpeg(path.join(folder, 'recording'));
  const env = { SIDECAST_FFMPEG_PATH: recording.program };
  const start = () => startSidecar({ library: films.short.library, folders, env });
  const seen = Object.fromEntries(Object.keys(PLAYERS).map((name) => [name, { stream: [], sidecar: [] }]));
  const play = async (sidecar, name, kind) => {
    seen[name][kind].push(await PLAYERS[name](sidecar));
  };

  let sidecar = await start();
  const viewer = await watchTS(tsUrl(sidecar));
  await untilAllDeveloped(sidecar, SEGMENTS);
  viewer.stop();
  const developed = await developedSegments(sidecar);
  const { length: runsBefore } = await recording.runs();
  for (let round = 0; round < STREAM_RESTARTS; round++) {
    for (const name of Object.keys(PLAYERS)) {
      await stopStream(sidecar);
      await quiet(sidecar);
      await play(sidecar, name, 'stream');
    }
  }
  const warm = await measureWarm(sidecar);
  for (let round = 0; round < SIDECAR_RESTARTS; round++) {
    for (const name of Object.keys(PLAYERS)) {
      await sidecar.stop();
      await removeFolder(folders.streams);
      folders.streams = await freshStreams();
      sidecar = await start();
      await play(sidecar, name, 'sidecar');
    }
  }
  if (sidecar.log().includes('shows its card')) throw new Error(`a card was shown: ${sidecar.log()}`);
  if ((await developedSegments(sidecar)) !== developed) throw new Error('something was developed anew');
  await sidecar.stop();
  const runs = (await recording.runs()).length - runsBefore;
  await removeFolders(folders);

  const tuneIns = Object.entries(seen).flatMap(([name, kinds]) =>
    Object.entries(kinds).map(([kind, values]) => [
      `from reels, ${kind} restarted, ${name}: GET to first frame`,
      values,
    ]),
  );
  return {
    rows: [...tuneIns, ...Object.entries(warm)].map(([name, values]) => row(name, values)),
    criteria: [
      ...tuneIns.map(([name, values]) => criterion(name, median(values), BOUND_MS, 'ms')),
      ...Object.entries(warm).map(([name, values]) => criterion(name, median(values), WARM_BOUND_MS, 'ms')),
      criterion('runs of ffmpeg that were started meanwhile', runs, 0, ''),
    ],
  };
}

async function measureWarm(sidecar) {
  const viewer = await watchTS(tsUrl(sidecar));
  await delay(1000);
  const playlist = await fetchPlaylist(hlsUrl(sidecar));
  const actions = {
    'warm: first byte of the TS': () => firstByteOf(tsUrl(sidecar)),
    'warm: first byte of the playlist, new viewer (redirected)': async () => (await get(hlsUrl(sidecar))).firstByteMs,
    'warm: first byte of the playlist, known viewer': async () => (await get(playlist.url)).firstByteMs,
  };
  const seen = Object.fromEntries(Object.keys(actions).map((name) => [name, []]));
  for (let sample = 0; sample < WARM_SAMPLES; sample++) {
    for (const [name, action] of Object.entries(actions)) {
      seen[name].push(await action());
      await delay(30);
    }
  }
  viewer.stop();
  return seen;
}
