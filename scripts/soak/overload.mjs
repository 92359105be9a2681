import { link, mkdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ffmpeg } from '../bench/ffmpeg.mjs';
import { prepareFilms } from '../bench/films.mjs';
import { familySeconds } from '../bench/proc.mjs';
import { say } from '../bench/say.mjs';
import { freshFolders, json, removeFolders, startSidecar } from '../bench/sidecar.mjs';
import { criterion, row } from '../bench/stats.mjs';
import { LeadWatch, POLL_MS } from './lead-watch.mjs';

const CHANNELS = 6;
const SEGMENT_SECONDS = 2;
/** What has just begun has no lead yet: it gets one in so many segments. */
const TO_GET_A_LEAD = 15;
/** Segments are in the tree so many before they are on air. */
const LEAD_SEGMENTS = 2;
/** Longer than anybody watches: what is shown again comes from reels. */
const SPARE_SECONDS = 240;
const BETWEEN_TUNE_INS_MS = 5_000;

/** More channels of 1080p than a machine can encode are asked for, one after another, and watched for so many seconds. */
export async function soakOverload({ folder, amount: seconds }) {
  const library = path.join(folder, 'shows');
  await makeShows(folder, library, seconds + SPARE_SECONDS);
  const folders = await freshFolders();
  const sidecar = await startSidecar({ library, folders, segmentSeconds: SEGMENT_SECONDS });
  const channels = await allChannels(sidecar);

  const watches = [];
  const refusals = [];
  const startedAt = performance.now();
  const cpuBefore = await familySeconds(sidecar.pid);
  for (const { id, name } of channels) {
    const address = `${sidecar.url}/stream/${id}/1080p`;
    const watch = await LeadWatch.open(`${address}.m3u8`);
    say(watch.refusal === undefined ? '+' : '-');
    if (watch.refusal === undefined) watches.push(watch);
    else refusals.push({ name, hls: watch.refusal, tuner: await tunerAnswer(`${address}.ts`) });
    await delay(BETWEEN_TUNE_INS_MS);
  }
  say('\n');
  await delay(Math.max(0, seconds * 1000 - (performance.now() - startedAt)));
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = (await familySeconds(sidecar.pid)) - cpuBefore;
  await Promise.all(watches.map((watch) => watch.stop()));
  const cards = sidecar
    .log()
    .split('\n')
    .filter((line) => / shows its card/.test(line));
  await sidecar.stop();
  await removeFolders(folders);

  const late = watches.flatMap(({ lateMs }) => lateMs.slice(TO_GET_A_LEAD));
  const spare = watches.flatMap(({ spareMs }) => spareMs);
  const wrong = refusals.filter((refusal) => !isInWords(refusal));
  return {
    rows: [
      row('channels asked for, on air, refused', [CHANNELS, watches.length, refusals.length], ''),
      row(
        'a first segment was listed after',
        watches.map(({ firstMs }) => firstMs),
      ),
      row(
        'segments listed while watched',
        watches.map(({ lateMs }) => lateMs.length),
        '',
      ),
      row(
        'a segment was listed after it was due: the first ones',
        watches.flatMap(({ lateMs }) => lateMs.slice(0, TO_GET_A_LEAD)),
      ),
      row('  and those that followed', late),
      row('a segment was listed before the viewer needed it', spare),
      row('processors in use', [cpuSeconds / elapsedSeconds], ''),
    ],
    criteria: [
      criterion(
        'the latest segment, of the lead of two',
        Math.max(...late) / (LEAD_SEGMENTS * SEGMENT_SECONDS * 1000),
        1,
      ),
      criterion('segments that a viewer had to wait for', spare.filter((ms) => ms < -POLL_MS).length, 0, ''),
      criterion('cards shown', cards.length, 0, ''),
      criterion(
        'holes in the playlists, refusals of what was on air',
        watches.flatMap(({ faults }) => faults).length,
        0,
        '',
      ),
      criterion('refusals without words, or without 805 for a tuner', wrong.length, 0, ''),
      // Else it was no overload.
      criterion('of all that were asked for, on air', watches.length / CHANNELS, (CHANNELS - 1) / CHANNELS),
    ],
    notes: [
      ...refusals.slice(0, 1).map(({ hls }) => hls.body),
      ...watches.flatMap(({ faults }) => faults.slice(0, 3)),
      ...cards.slice(0, 3),
    ],
  };
}

/** Shows of one episode each, a file of its own for each that shares its bytes. */
async function makeShows(folder, library, seconds) {
  const { minute } = await prepareFilms();
  const film = path.join(folder, 'film.mp4');
  const loops = String(Math.ceil(seconds / 60));
  await ffmpeg(['-stream_loop', loops, '-i', minute.file, '-c', 'copy', '-movflags', '+faststart', film]);
  // Old enough to be taken as complete at first sight.
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(film, yesterday, yesterday);
  for (let number = 1; number <= CHANNELS; number++) {
    const show = `Show ${number}`;
    await mkdir(path.join(library, show), { recursive: true });
    await link(film, path.join(library, show, `${show} S01E01.mp4`));
  }
}

async function allChannels(sidecar) {
  for (;;) {
    const channels = await json(sidecar, '/api/channels');
    if (channels.length === CHANNELS) return channels;
    await delay(100);
  }
}

async function tunerAnswer(url) {
  const response = await fetch(url);
  if (response.ok) {
    await response.body?.cancel();
    return { status: response.status };
  }
  return {
    status: response.status,
    error: response.headers.get('x-hdhomerun-error') ?? '',
    body: await response.text(),
  };
}

function isInWords({ hls, tuner }) {
  const isTold = hls.status === 503 && hls.retryAfter !== null && /"machine_at_capacity".*at its limit/.test(hls.body);
  return isTold && tuner.status === 503 && tuner.error.startsWith('805') && tuner.body === '';
}
