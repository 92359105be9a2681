import { type Finding, fine, wrong } from '../finding.ts';

/** How fast reel segments were developed, as a multiple of the time that they are watched for, or why they were not. */
export type Measured = { readonly speed: number } | { readonly problem: string };

export interface FFmpegAbilities {
  readonly ffmpegPath: string;
  readonly version: string;
  readonly canToneMap: boolean;
}

/** Whether ffmpeg is one that can do the work: only real segments prove that. */
export async function checkFFmpeg(
  look: () => Promise<FFmpegAbilities>,
  developInSoftware: () => Promise<Measured>,
): Promise<readonly Finding[]> {
  const { ffmpegPath, version, canToneMap } = await look();
  const measured = await developInSoftware();
  if ('problem' in measured) {
    return [
      wrong(
        `${ffmpegPath} (${version}) cannot develop a segment: ${measured.problem}`,
        'install an ffmpeg with libx264 and AAC, such as jellyfin-ffmpeg, and set SIDECAST_FFMPEG_PATH to it',
      ),
    ];
  }
  const colours = canToneMap ? '' : '; it has no zscale, so HDR films will look pale';
  return [fine(`${version} at ${ffmpegPath}${colours}`)];
}

/** Whether the machine develops even the lowest quality faster than it is watched. */
export function judgeSpeed(quality: string, encoder: string, measured: Measured): Finding {
  const nextStep =
    'set SIDECAST_PRESET to superfast, give it a hardware encoder or more processor, or end what else keeps it busy';
  if ('problem' in measured) return wrong(`${encoder} does not develop ${quality}: ${measured.problem}`, nextStep);
  const words = `${encoder} develops ${quality} ${measured.speed.toFixed(1)} times as fast as it is watched`;
  return measured.speed > 1 ? fine(words) : wrong(`${words}: too slow for a single channel`, nextStep);
}
