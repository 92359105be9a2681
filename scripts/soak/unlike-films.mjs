import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg } from '../bench/ffmpeg.mjs';

const CLIP = path.join(import.meta.dirname, '../../../shared/media/big-buck-bunny-480p-30s.mp4');
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** Unlike one another in rate, size, shape, container, codecs and sound. */
const FILMS = [
  { name: 'a.mkv', seconds: 4.3, rate: '24000/1001', size: '160x120', codecs: [...X264, '-c:a', 'ac3', '-ac', '6'] },
  { name: 'b.ts', seconds: 3.7, rate: '30000/1001', size: '320x180', codecs: [...X264, '-c:a', 'mp2', '-ar', '44100'] },
  { name: 'c.mp4', seconds: 4.9, rate: '25', size: '320x180', codecs: [...X264, '-c:a', 'aac', '-ac', '2'] },
  { name: 'd.mp4', seconds: 3.1, rate: '50', size: '320x180', codecs: [...X264, '-an'] },
  {
    name: 'e.avi',
    seconds: 4.1,
    rate: '24',
    size: '240x180',
    codecs: ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'libmp3lame'],
  },
  { name: 'f.mkv', seconds: 5.3, rate: '60', size: '320x136', codecs: [...X264, '-g', '9999', '-c:a', 'libopus'] },
];

/** A library of so many short films, each a file of its own; the real clip is among them where it is there. */
export async function makeUnlikeFilms(folder, library, count) {
  await mkdir(folder, { recursive: true });
  await mkdir(library, { recursive: true });
  for (const { name, seconds, rate, size, codecs } of FILMS) {
    const picture = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}`];
    const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:beep_factor=4'];
    await ffmpeg([...picture, ...sound, '-t', String(seconds), ...codecs, path.join(folder, name)]);
  }
  if (existsSync(CLIP)) await ffmpeg(['-i', CLIP, '-t', '4.5', '-c', 'copy', path.join(folder, 'g.mp4')]);
  const kinds = await readdir(folder);
  // Old enough to be taken as complete at first sight.
  const yesterday = new Date(Date.now() - 86_400_000);
  for (let number = 0; number < count; number++) {
    const kind = kinds[number % kinds.length];
    const file = path.join(library, `${String(number).padStart(4, '0')} ${kind}`);
    await copyFile(path.join(folder, kind), file);
    await utimes(file, yesterday, yesterday);
  }
}
