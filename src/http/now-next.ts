import { nowNext } from '../schedule/now-next.ts';
import type { GuideService, ProgrammeView } from './services/guide.ts';

const HOUR_MS = 3_600_000;
/** How far to look ahead for what follows: mostly an hour is enough, and a day always. */
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];

export interface NowNext {
  readonly now: ProgrammeView | undefined;
  readonly next: ProgrammeView | undefined;
}

/** What is on a channel at a moment, and what follows. */
export async function nowNextOf(
  guide: Pick<GuideService, 'airings'>,
  channelId: string,
  nowMs: number,
): Promise<NowNext> {
  let found: NowNext = { now: undefined, next: undefined };
  for (const windowMs of WINDOWS_MS) {
    const airings = await guide.airings(channelId, nowMs, nowMs + windowMs);
    const { next, ...on } = nowNext(airings, nowMs);
    found = { now: on.kind === 'on-air' ? on.now : undefined, next };
    if (found.next !== undefined) break;
  }
  return found;
}

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
