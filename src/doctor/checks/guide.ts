import { parseM3u } from '../m3u-entries.ts';
import { type Finding, fine, wrong } from '../finding.ts';
import { guideProblems } from '../guide-problems.ts';

export interface TunerTexts {
  readonly m3u: string;
  readonly guide: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const TELL_US = 'please report this as a fault of Sidecast, with the guide';

/** Whether the guide is valid XMLTV, and tells of each channel in the channel list what is on. */
export function judgeGuide({ m3u, guide, now }: TunerTexts): readonly Finding[] {
  const entries = parseM3u(m3u);
  const { problems, channels } = guideProblems(guide, now);
  const silent = entries.filter(({ guideId }) => !channels.get(guideId)?.isOnNow);
  if (problems.length > 0) {
    const [first = '', ...more] = problems;
    return [wrong(`the guide is not valid: ${first}${more.length === 0 ? '' : `, and ${more.length} more`}`, TELL_US)];
  }
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(', ');
    return [
      wrong(
        `the guide does not say what is on now on ${names}`,
        'run sidecast sync; where that does not help, see the log',
      ),
    ];
  }
  const programmes = [...channels.values()].reduce((sum, channel) => sum + channel.programmes, 0);
  return [fine(`valid, ${programmes} programmes on ${channels.size} channels`)];
}
