import { watchTS } from './client.mjs';
import { measureCrowd } from './crowd.mjs';
import { hasNginx, startNginx } from './nginx.mjs';
import { hlsUrl, tsUrl } from './player.mjs';
import { freshStreams, startSidecar, untilAllDeveloped } from './sidecar.mjs';
import { keptFolder } from './films.mjs';
import { criterion, median, row } from './stats.mjs';

/** The film of a minute: 62 s in segments of 2 s, 5 Mbit/s. */
const SEGMENTS = 31;
const SEGMENT_MS = 2000;
const ROUNDS = 2;
const SECONDS = 12;
const MEMORY_BOUND_MB = 250;

/** 200 viewers of HLS, then 100 of the continuous TS, each beside nginx with the files of the same tree. */
export async function measureLoad({ films }) {
  const folders = { data: await keptFolder('load'), streams: await freshStreams() };
  const sidecar = await startSidecar({ library: films.minute.library, folders });
  // Present throughout, so that the tree is filled while nginx has the viewers.
  const viewer = await watchTS(tsUrl(sidecar));
  await untilAllDeveloped(sidecar, SEGMENTS);
  const nginx = hasNginx() ? await startNginx(folders.streams) : undefined;
  const { id } = sidecar.channel;
  const onNginx = `${nginx?.url}/${id}/1080p`;
  const cases = [
    {
      label: '200 HLS viewers',
      viewers: 200,
      ours: { kind: 'hls', urls: [hlsUrl(sidecar)] },
      theirs: { kind: 'hls', urls: [`${onNginx}.m3u8`] },
    },
    {
      label: '100 TS viewers',
      viewers: 100,
      ours: { kind: 'ts', urls: [tsUrl(sidecar)] },
      theirs: { kind: 'segments', urls: [`${onNginx}/${id}_1080p_segment_`] },
    },
  ];
  const parts = [];
  for (const { label, viewers, ours, theirs } of cases) {
    const crowd = { viewers, seconds: SECONDS, segmentMs: SEGMENT_MS };
    const [sidecars, nginxs] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      if (nginx !== undefined) nginxs.push(await measureCrowd({ ...crowd, ...theirs, pid: nginx.pid }));
      sidecars.push(await measureCrowd({ ...crowd, ...ours, pid: sidecar.pid }));
    }
    parts.push(compared(label, sidecars, nginxs));
  }
  viewer.stop();
  await nginx?.stop();
  await sidecar.stop();
  return {
    rows: parts.flatMap(({ rows }) => rows),
    criteria: parts.flatMap(({ criteria }) => criteria),
    notes: [
      `of the sidecar all processor time counts: splicing, playlists and the files, too`,
      nginx === undefined ? 'nginx is not here: nothing to compare with' : 'nginx: one worker, sendfile, no log',
    ],
  };
}

function compared(label, ours, theirs) {
  const figures = (results, name) => results.map((result) => result[name]);
  const rate = (results) => figures(results, 'megabytesPerCPUSecond');
  const rows = [
    row(`${label}: sidecar`, rate(ours), 'MB per CPU second'),
    row(
      '  throughput',
      ours.map(({ megabytes, seconds }) => megabytes / seconds),
      'MB/s',
    ),
    row('  slowest segment, from its publication', figures(ours, 'slowestMs')),
    row('  memory', figures(ours, 'memoryMB'), 'MB'),
    row('  segments sent', figures(ours, 'segments'), ''),
  ];
  const late = figures(ours, 'late').reduce((sum, count) => sum + count, 0);
  const criteria = [
    criterion(`${label}: segments that came after their successor was published`, late, 0, ''),
    criterion(`${label}: memory`, Math.max(...figures(ours, 'memoryMB')), MEMORY_BOUND_MB, 'MB'),
  ];
  if (theirs.length > 0) {
    rows.push(row(`${label}: nginx, the same segments`, rate(theirs), 'MB per CPU second'));
    rows.push(row('  slowest segment, from its publication', figures(theirs, 'slowestMs')));
    const ratio = median(rate(theirs)) / median(rate(ours));
    criteria.push(criterion(`${label}: processor time for a byte, against nginx`, ratio, 1));
  }
  return { rows, criteria };
}
