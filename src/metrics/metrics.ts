import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is asked for when somebody looks, by its label. */
export interface MetricsSources {
  readonly streamsByState: () => Readonly<Record<string, number>>;
  readonly viewersByKind: () => Readonly<Record<string, number>>;
  readonly running: () => number;
  /** Seconds of processor time, bytes, and seconds since the epoch. */
  readonly process: () => { readonly cpuSeconds: number; readonly residentBytes: number; readonly startedAt: number };
}

/** Counts what happens, for Prometheus. The names are stable; see docs/streaming-engine.md. */
export interface Metrics {
  readonly published: (slateCause: string | undefined, isLate: boolean) => void;
  readonly spliced: (seconds: number) => void;
  readonly reelRead: (found: 'hit' | 'miss') => void;
  readonly runEnded: (ended: {
    readonly quality: string;
    readonly outcome: string;
    readonly realTimeFactor: number | undefined;
  }) => void;
  readonly sent: (kind: string, bytes: number) => void;
  readonly skipped: () => void;
  readonly refused: (code: string) => void;
  readonly loopDelayed: (seconds: number) => void;
  /** The text exposition format, and its content type. */
  readonly render: () => Promise<{ readonly type: string; readonly text: string }>;
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `sidecast_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], ...labelNames: string[]) =>
    new Histogram({ name: `sidecast_${name}`, help, buckets, labelNames, registers });

  gauges(registry, sources);
  const segments = counter('segments_published_total', 'Segments that went on air, in all qualities');
  const late = counter('segments_late_total', 'Segments that went on air after their time had begun');
  const slates = counter('slates_total', 'Segments that were a card, by cause', 'cause');
  const reels = counter('reel_reads_total', 'Segments read from reels: hit, or developed for it', 'result');
  const runs = counter('runs_total', 'Runs of ffmpeg that have ended, by outcome', 'outcome');
  const sent = sentBytes(registry);
  const skipped = counter('viewers_skipped_total', 'Times that a slow viewer was moved on to what is on air');
  const refused = counter('requests_refused_total', 'Requests that were refused or failed (5xx), by code', 'code');
  const splices = histogram('splice_seconds', 'Time to splice a segment', [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1]);
  const factors = histogram(
    'real_time_factor',
    'How many times faster than real time a run was',
    [0.5, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20],
    'quality',
  );
  const delays = histogram(
    'event_loop_delay_seconds',
    'How late a timer of the watchdog fired',
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  );

  return {
    published(slateCause, isLate) {
      segments.inc();
      if (isLate) late.inc();
      if (slateCause !== undefined) slates.inc({ cause: slateCause });
    },
    spliced: (seconds) => splices.observe(seconds),
    reelRead: (result) => reels.inc({ result }),
    runEnded({ quality, outcome, realTimeFactor }) {
      runs.inc({ outcome });
      if (realTimeFactor !== undefined) factors.observe({ quality }, realTimeFactor);
    },
    sent,
    skipped: () => skipped.inc(),
    refused: (code) => refused.inc({ code }),
    loopDelayed: (seconds) => delays.observe(seconds),
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

/** Counted with every answer, so by plain sums: labels are looked up when somebody looks. */
function sentBytes(registry: Registry): Metrics['sent'] {
  const sums = new Map<string, number>();
  const counter = new Counter({
    name: 'sidecast_sent_bytes_total',
    help: 'Bytes handed to clients, by kind',
    labelNames: ['kind'],
    registers: [],
    collect() {
      this.reset();
      for (const [kind, bytes] of sums) this.inc({ kind }, bytes);
    },
  });
  registry.registerMetric(counter);
  return (kind, bytes) => void sums.set(kind, (sums.get(kind) ?? 0) + bytes);
}

/** What is true at the moment: looked up when it is asked for. */
function gauges(registry: Registry, { streamsByState, viewersByKind, running, process }: MetricsSources): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  const byLabel = (name: string, help: string, label: string, values: () => Readonly<Record<string, number>>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(values())) this.set({ [label]: key }, value);
      },
    });
  byLabel('sidecast_streams', 'Streams by state', 'state', streamsByState);
  byLabel('sidecast_viewers', 'Viewers by how they watch', 'kind', viewersByKind);
  gauge('sidecast_runs_running', 'Runs of ffmpeg at work', running);
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of the sidecar itself',
    registers: [],
    collect() {
      this.reset();
      this.inc(process().cpuSeconds);
    },
  });
  registry.registerMetric(cpu);
  gauge('process_resident_memory_bytes', 'Resident memory of the sidecar itself', () => process().residentBytes);
  gauge('process_start_time_seconds', 'When the sidecar started, seconds since 1970', () => process().startedAt);
}
