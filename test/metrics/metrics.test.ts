import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/metrics/metrics.ts';

const SOURCES = {
  streamsByState: () => ({ active: 2, failed: 0 }),
  viewersByKind: () => ({ hls: 3, ts: 1 }),
  running: () => 1,
  process: () => ({ cpuSeconds: 1.5, residentBytes: 90e6, startedAt: 1.7e9 }),
};

async function lines(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.render()).text.split('\n');
}

test('every figure has its HELP and TYPE, and stands on the page on the engine', async () => {
  const { type, text } = await createMetrics(SOURCES).render();
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
  const helped = [...text.matchAll(/^# HELP (\S+) .+$/gm)].map(([, name]) => name);
  const typed = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge|histogram)$/gm)].map(([, name]) => name);
  expect(typed).toEqual(helped);
  const page = await readFile(new URL('../../docs/streaming-engine.md', import.meta.url), 'utf8');
  const own = helped.filter((name) => name?.startsWith('sidecast_'));
  expect(own).toHaveLength(14);
  expect(own.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('what is true at the moment is looked up when it is asked for', async () => {
  let hls = 3;
  const metrics = createMetrics({ ...SOURCES, viewersByKind: () => ({ hls, ts: 1 }) });
  hls = 0;
  expect(await lines(metrics)).toEqual(
    expect.arrayContaining([
      'sidecast_streams{state="active"} 2',
      'sidecast_streams{state="failed"} 0',
      'sidecast_viewers{kind="hls"} 0',
      'sidecast_viewers{kind="ts"} 1',
      'sidecast_runs_running 1',
      'process_cpu_seconds_total 1.5',
      'process_resident_memory_bytes 90000000',
    ]),
  );
  // Not added up from look to look.
  expect(await lines(metrics)).toContain('process_cpu_seconds_total 1.5');
});

test('what happens is counted', async () => {
  const metrics = createMetrics(SOURCES);
  metrics.published(undefined, false);
  metrics.published('given_up', true);
  metrics.spliced(0.003);
  metrics.reelRead('hit');
  metrics.reelRead('miss');
  metrics.reelRead('hit');
  metrics.runEnded({ quality: '720p', outcome: 'whole', realTimeFactor: 2.5 });
  metrics.runEnded({ quality: '720p', outcome: 'failed', realTimeFactor: undefined });
  metrics.sent('segment', 188);
  metrics.sent('segment', 188);
  metrics.skipped();
  metrics.refused('machine_at_capacity');
  metrics.loopDelayed(0.02);
  expect(await lines(metrics)).toEqual(
    expect.arrayContaining([
      'sidecast_segments_published_total 2',
      'sidecast_segments_late_total 1',
      'sidecast_slates_total{cause="given_up"} 1',
      'sidecast_splice_seconds_bucket{le="0.0025"} 0',
      'sidecast_splice_seconds_bucket{le="0.005"} 1',
      'sidecast_reel_reads_total{result="hit"} 2',
      'sidecast_reel_reads_total{result="miss"} 1',
      'sidecast_runs_total{outcome="whole"} 1',
      'sidecast_runs_total{outcome="failed"} 1',
      'sidecast_real_time_factor_count{quality="720p"} 1',
      'sidecast_real_time_factor_sum{quality="720p"} 2.5',
      'sidecast_sent_bytes_total{kind="segment"} 376',
      'sidecast_viewers_skipped_total 1',
      'sidecast_requests_refused_total{code="machine_at_capacity"} 1',
      'sidecast_event_loop_delay_seconds_bucket{le="0.05"} 1',
    ]),
  );
});
