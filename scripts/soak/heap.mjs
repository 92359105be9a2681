import { setTimeout as delay } from 'node:timers/promises';
import { fetchPlaylist } from '../bench/client.mjs';
import { say } from '../bench/say.mjs';
import { freshFolders, removeFolders } from '../bench/sidecar.mjs';
import { criterion, median, row } from '../bench/stats.mjs';
import { TsViewer } from './players.mjs';
import { addressesOf, look, startFromReels } from './probed-sidecar.mjs';

const SAMPLE_MS = 5000;
const POLL_MS = 1000;
/** Of all the time: in it what is made once is made, and what is compiled but once is compiled. */
const WARM_UP = 0.5;
/** Samples that follow each other are alike: what counts as one for the confidence is the mean of so many, a minute. */
const IN_A_MINUTE = 60_000 / SAMPLE_MS;
/** Of the normal distribution: 95 of 100 times the slope lies within so many standard errors. */
const Z = 1.96;

/** A channel on air from reels at one-second segments, watched by two, for so many minutes: does memory grow? */
export async function soakHeap({ folder, amount }) {
  const folders = await freshFolders();
  const sidecar = await startFromReels({ folder, folders, nodeOptions: ['--no-opt'] });
  const { ts, hls } = addressesOf(sidecar);
  const viewer = new TsViewer(ts);
  let { url } = await fetchPlaylist(hls);
  const polling = setInterval(() => {
    fetchPlaylist(url).then(
      (playlist) => (url = playlist.url),
      () => {},
    );
  }, POLL_MS);

  const samples = [];
  const startedAt = performance.now();
  for (let at = 0; at < amount * 60_000; at = performance.now() - startedAt) {
    await delay(SAMPLE_MS);
    samples.push({ minutes: (performance.now() - startedAt) / 60_000, ...(await look(sidecar)) });
    if (samples.length % 12 === 0) say('.');
  }
  say('\n');
  clearInterval(polling);
  viewer.stop();
  await sidecar.stop();
  await removeFolders(folders);

  const settled = samples.slice(Math.floor(samples.length * WARM_UP));
  const heap = slopeOf(byMinute(settled.map(({ minutes, heapKB }) => [minutes, heapKB])));
  const buffers = slopeOf(byMinute(settled.map(({ minutes, buffersKB }) => [minutes, buffersKB])));
  // One by one they come and go.
  const firstFiles = settled.slice(0, IN_A_MINUTE).map(({ files }) => files);
  const lastFiles = settled.slice(-IN_A_MINUTE).map(({ files }) => files);
  const figures = (name) => settled.map((sample) => sample[name]);
  return {
    rows: [
      row('heap after collecting', figures('heapKB'), 'KB'),
      row('buffers after collecting', figures('buffersKB'), 'KB'),
      row('memory', figures('residentMB'), 'MB'),
      row(
        'slope of the heap, with its 95 % confidence',
        [heap.slope - heap.error, heap.slope + heap.error],
        'KB a minute',
      ),
      row(
        'slope of the buffers, with its 95 % confidence',
        [buffers.slope - buffers.error, buffers.slope + buffers.error],
        'KB a minute',
      ),
    ],
    criteria: [
      criterion(
        'slope of the heap: least that it may be, with 95 % confidence',
        heap.slope - heap.error,
        0,
        'KB a minute',
      ),
      criterion('slope of the buffers: the same', buffers.slope - buffers.error, 0, 'KB a minute'),
      criterion('open files more at the end', median(lastFiles) - median(firstFiles), 0, ''),
      criterion('connections of the viewer lost', viewer.lost, 0, ''),
    ],
    notes: [
      `${samples.length} samples, the first ${samples.length - settled.length} not counted`,
      'without the optimising compiler: its code lies in the heap, and it is at work for longer than this lasts',
    ],
  };
}

/** The mean of each minute. */
function byMinute(points) {
  const minutes = Math.max(3, Math.floor(points.length / IN_A_MINUTE));
  const size = Math.ceil(points.length / minutes);
  const parts = Array.from({ length: minutes }, (_, at) => points.slice(at * size, (at + 1) * size));
  return parts.filter((part) => part.length > 0).map((part) => [0, 1].map((axis) => meanOf(part.map((p) => p[axis]))));
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Least squares: the slope of a line through points, and the half of its confidence interval. */
function slopeOf(points) {
  const count = points.length;
  const meanX = meanOf(points.map(([x]) => x));
  const meanY = meanOf(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Z * Math.sqrt(rest / Math.max(1, count - 2) / spread) };
}
