import { setTimeout as delay } from 'node:timers/promises';
import { watchTS } from './client.mjs';
import { measureCrowd } from './crowd.mjs';
import { hasNginx, startNginx } from './nginx.mjs';
import { hlsUrl, tsUrl } from './player.mjs';
import { freshStreams, startSidecar, untilAllDeveloped } from './sidecar.mjs';
import { keptFolder } from './films.mjs';
import { ownSeconds } from './proc.mjs';
import { criterion, median, row } from './stats.mjs';

/** The film of a minute: 62 s in segments of 2 s, 5 Mbit/s. */
const SEGMENTS = 31;
const SEGMENT_MS = 2000;
const ROUNDS = 3;
const SECONDS = 8;
const MEMORY_BOUND_MB = 250;

/**
 * 200 viewers of HLS, then 100 of the continuous TS, in real time; then the segments as fast as 200 connections take
 * them. Each beside nginx with the files of the same tree.
 */
export async function measureLoad({ films }) {
  const folders = { data: await keptFolder('load'), streams: await freshStreams() };
  const sidecar = await startSidecar({ library: films.minute.library, folders });
  // Present throughout, so that the tree is filled while nginx has the viewers.
  const viewer = await watchTS(tsUrl(sidecar));
  await untilAllDeveloped(sidecar, SEGMENTS);
  const nginx = hasNginx() ? await startNginx(folders.streams) : undefined;
  const { id } = sidecar.channel;
  const hls = hlsUrl(sidecar);
  const hlsOfNginx = `${nginx?.url}/${id}/1080p.m3u8`;
  const cases = [
    {
      label: 'segments at full speed, 200 connections',
      viewers: 200,
      ours: ['eager', hls],
      theirs: ['eager', hlsOfNginx],
    },
    { label: '200 HLS viewers in real time', viewers: 200, ours: ['hls', hls], theirs: ['hls', hlsOfNginx] },
    {
      label: '100 TS viewers in real time',
      viewers: 100,
      ours: ['ts', tsUrl(sidecar)],
      theirs: ['segments', `${nginx?.url}/${id}/1080p/${id}_1080p_segment_`],
    },
  ];
  const parts = [];
  for (const { label, viewers, ours, theirs } of cases) {
    const measure = (pid, [kind, url]) =>
      measureCrowd({ pid, kind, urls: [url], viewers, seconds: SECONDS, segmentMs: SEGMENT_MS });
    const results = { label, isInTime: ours[0] !== 'eager', ours: [], theirs: [] };
    // Not counted: as it is after a minute, and on every day that follows.
    await measure(sidecar.pid, ours);
    for (let round = 0; round < ROUNDS; round++) {
      if (nginx !== undefined) results.theirs.push(await measure(nginx.pid, theirs));
      const channel = await channelShare(sidecar.pid);
      const measured = await measure(sidecar.pid, ours);
      const servingSeconds = measured.cpuSeconds - channel * measured.seconds;
      results.ours.push({ ...measured, channel: 1000 * channel, serving: measured.megabytes / servingSeconds });
    }
    parts.push(compared(results));
  }
  viewer.stop();
  await nginx?.stop();
  await sidecar.stop();
  return {
    rows: parts.flatMap(({ rows }) => rows),
    criteria: parts.flatMap(({ criteria }) => criteria),
    notes: [
      'of the sidecar all processor time counts: splicing, playlists and the files, too',
      'serving alone: less what the channel costs with one viewer, measured before each round; nginx airs nothing',
      'in real time a server is mostly asleep: what it costs to wake it for each request weighs more than the bytes',
      nginx === undefined ? 'nginx is not here: nothing to compare with' : 'nginx: one worker, sendfile, no log',
    ],
  };
}

/** Processors that the channel keeps busy by itself, with one viewer. */
async function channelShare(pid) {
  const before = { cpu: await ownSeconds(pid), at: performance.now() };
  await delay(SECONDS * 1000);
  return ((await ownSeconds(pid)) - before.cpu) / ((performance.now() - before.at) / 1000);
}

function compared({ label, isInTime, ours, theirs }) {
  const figures = (results, name) => results.map((result) => result[name]);
  const sidecar = figures(ours, 'megabytesPerCPUSecond');
  const nginx = figures(theirs, 'megabytesPerCPUSecond');
  const serving = figures(ours, 'serving');
  const rows = [
    row(`${label}: sidecar`, sidecar, 'MB per CPU second'),
    row('  serving alone', serving, 'MB per CPU second'),
    row('  the channel alone, for each second', figures(ours, 'channel'), 'ms CPU'),
  ];
  if (nginx.length > 0) {
    const ratios = (values) => values.map((value, round) => value / nginx[round]);
    rows.push(
      row('  nginx, the same segments', nginx, 'MB per CPU second'),
      row('  sidecar against nginx', ratios(sidecar), '×'),
      row('  serving alone against nginx', ratios(serving), '×'),
    );
  }
  const bytesPerSecond = ours.map(({ megabytes, seconds }) => megabytes / seconds);
  rows.push(
    row('  throughput of the sidecar', bytesPerSecond, 'MB/s'),
    row('  memory', figures(ours, 'memoryMB'), 'MB'),
  );
  const criteria = [criterion(`${label}: memory`, Math.max(...figures(ours, 'memoryMB')), MEMORY_BOUND_MB, 'MB')];
  if (isInTime) {
    rows.push(row('  slowest segment, from its publication', figures(ours, 'slowestMs')));
    if (nginx.length > 0) rows.push(row('  the same of nginx', figures(theirs, 'slowestMs')));
    rows.push(row('  segments sent', figures(ours, 'segments'), ''));
    const late = figures(ours, 'late').reduce((sum, count) => sum + count, 0);
    criteria.push(criterion(`${label}: segments that came after their successor was published`, late, 0, ''));
  } else if (nginx.length > 0) {
    criteria.push(criterion(`${label}: processor time for a byte, against nginx`, median(nginx) / median(sidecar), 1));
  }
  return { rows, criteria };
}
