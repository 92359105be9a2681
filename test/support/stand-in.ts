import { ENCODERS, type EncoderFamily } from '../../src/ffmpeg/encoders.ts';
import type { LaunchRun } from '../../src/reels/run.ts';

/** The command for a hardware encoder as the software encoder understands it: as many pictures, no reordering. */
export function standInArgs(args: readonly string[], family: EncoderFamily): string[] {
  const { codec, device, preset, upload, closedGroups } = ENCODERS[family];
  const ownOptions = new Set<string>(
    [...device, ...closedGroups].filter((word) => /^-[a-z]/.test(word) && !SHARED.includes(word)),
  );
  const kept = args.filter((word, index) => !ownOptions.has(word) && !ownOptions.has(args[index - 1] ?? ''));
  return kept
    .map((word) => (word === codec ? 'libx264' : word.replace(`,${upload}[v]`, ',format=yuv420p[v]')))
    .map((word, index) => (kept[index - 1] === '-preset' && preset.some((own) => own === word) ? 'superfast' : word));
}

/** Options that every encoder has. */
const SHARED = ['-bf', '-profile:v'];

/** A machine on which the hardware encoder works: the software encoder stands in for it. */
export function launchStandIn(launch: LaunchRun, family: EncoderFamily): LaunchRun {
  return (args, options) => launch(standInArgs(args, family), options);
}
