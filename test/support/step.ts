import type { HlsPlayer } from './hls-player.ts';
import type { ApiClient, ChannelJson, ProgrammeJson } from './http-client.ts';
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
  }: { sidecar: ApiClient; channel: ChannelJson; clock: WoundClock; announced?: Announced },
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
    await clock.wind(segmentMs);
  }
}
