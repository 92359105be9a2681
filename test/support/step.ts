import type { HlsPlayer } from './hls-player.ts';
import type { ApiClient, ChannelJson, ProgrammeJson } from './http-client.ts';
import { until } from './until.ts';
import type { WoundClock } from './wound-clock.ts';

/** What a viewer was told while watching. */
export type Announced = Map<string, ProgrammeJson>;

/** Plays so many more segments, winding the clock on by one whenever what is on air now is there. */
export async function playOn(
  player: HlsPlayer,
  segments: number,
  {
    sidecar,
    channel,
    clock,
    announced,
    inStep = false,
  }: {
    sidecar: ApiClient;
    channel: ChannelJson;
    clock: WoundClock;
    announced?: Announced;
    /** The clock waits for ffmpeg, as a clock on the wall seems to: on a busy machine it would be wound too quickly. */
    inStep?: boolean;
  },
): Promise<void> {
  const [num = 25, den = 1] = channel.frame_rate.split('/').map(Number);
  const segmentMs = (channel.segment_seconds * Math.round(num / den) * den * 1000) / num;
  const target = player.played.length + segments;
  while (player.played.length < target) {
    const { now, next } = await sidecar.now(channel.id);
    for (const programme of [now, next]) if (programme) announced?.set(programme.start, programme);
    await player.playUntil(
      'what is on air is listed',
      ({ played }) => (played.at(-1)?.dateMs ?? 0) > clock.now() - segmentMs,
    );
    if (inStep) await until('no ffmpeg is at work', async () => (await runsAtWork(sidecar)) === 0);
    await clock.wind(segmentMs);
  }
}

/** How many ffmpegs are at work. */
export async function runsAtWork(sidecar: ApiClient): Promise<number> {
  return Number(/^sidecast_runs_running (\d+)$/m.exec(await sidecar.text('/metrics'))?.[1]);
}
