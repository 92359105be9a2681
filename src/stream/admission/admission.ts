import type { Quality } from '../../ffmpeg/quality.ts';
import type { Manner } from './work-to-do.ts';
import { canCarry, type Work, type Workload } from './workload.ts';

/** A way in which a rendition could be developed. */
export interface Candidate extends Manner {
  readonly work: readonly Work[];
  /** It is known from this very item what it costs. */
  readonly isMeasured: boolean;
}

/**
 * The first of the candidates, best first, that this machine carries beside what is on air: one that is in reels needs
 * nothing of it. Undefined where it carries none. A machine that has nothing else to do at least tries what `isTried`.
 */
export function chooseCandidate(
  candidates: readonly Candidate[],
  onAir: readonly Workload[],
  options: { readonly processors: number; readonly isTried: (candidate: Candidate) => boolean },
): Candidate | undefined {
  const isCarried = ({ format, work }: Candidate): boolean =>
    canCarry([...onAir, { encoder: format.encoder, work }], options.processors);
  const found = candidates.find(({ work }) => work.length === 0) ?? candidates.find(isCarried);
  if (found !== undefined || onAir.some(({ work }) => work.length > 0)) return found;
  return candidates.findLast(options.isTried);
}

/** Why a quality is refused, and what can be had instead. */
export function refusalOf(quality: Quality, carried: readonly Quality[]): string {
  const instead = carried.length === 0 ? 'try again later' : `try ${carried.join(' or ')}, or again later`;
  return `this machine is at its limit: it cannot develop ${quality} beside what is on air; ${instead}`;
}
