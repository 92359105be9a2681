import { execa } from 'execa';

const TONE_MAP_FILTERS = ['zscale', 'tonemap'];

/** Whether this ffmpeg has the filters that turn an HDR picture into a standard one. */
export async function canToneMap(ffmpegPath: string): Promise<boolean> {
  const { stdout } = await execa(ffmpegPath, ['-hide_banner', '-filters'], { stdin: 'ignore', timeout: 10_000 });
  const names = new Set(stdout.split('\n').map((line) => line.trim().split(/\s+/)[1]));
  return TONE_MAP_FILTERS.every((name) => names.has(name));
}
