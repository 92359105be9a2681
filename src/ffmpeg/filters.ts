import { askFFmpeg } from './ask.ts';

const TONE_MAP_FILTERS = ['zscale', 'tonemap'];

/** Whether this ffmpeg has the filters that turn an HDR picture into a standard one. */
export async function canToneMap(ffmpegPath: string): Promise<boolean> {
  const listed = await askFFmpeg(['-hide_banner', '-filters'], { ffmpegPath });
  const names = new Set(listed.split('\n').map((line) => line.trim().split(/\s+/)[1]));
  return TONE_MAP_FILTERS.every((name) => names.has(name));
}
