import { existsSync } from 'node:fs';
import { mkdir, rename, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ffmpeg } from './ffmpeg.mjs';
import { say } from './say.mjs';

const FOLDER = path.join(tmpdir(), 'sidecast-bench-films-1');

/** Seconds of the film whose whole development is measured: 31 segments of 2 s. */
const MINUTE_SECONDS = 62;
/** Seconds of the film that is soon developed to its end. */
const SHORT_SECONDS = 24;

// A picture as busy as a film's: a camera that pans over a large fractal and cuts to another place every few seconds,
// under grain; 8 Mbit/s, key pictures where x264 puts them.
const PICTURE =
  'mandelbrot=s=3840x2160:start_scale=0.6:end_scale=0.6:rate=24,trim=end_frame=1,loop=loop=-1:size=1,setpts=N/24/TB,' +
  "crop=1920:1080:x='960*(1+sin(t*0.31+2.3*floor(t/5.2)))':y='540*(1+cos(t*0.23+1.7*floor(t/5.2)))'," +
  'noise=alls=7:allf=t,format=yuv420p';
const SOUND = 'anoisesrc=color=pink:amplitude=0.1:r=48000,volume=1[n];sine=f=440:r=48000[s];[n][s]amix=inputs=2';

/** The films, each in a library folder of its own: made once, 1080p at 24 fps, H.264 and AAC in MP4. */
export async function prepareFilms() {
  const minute = await once('minute', (file) =>
    ffmpeg([
      ...['-f', 'lavfi', '-i', PICTURE, '-f', 'lavfi', '-i', SOUND, '-t', String(MINUTE_SECONDS)],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-maxrate', '12M', '-bufsize', '16M'],
      ...['-c:a', 'aac', '-b:a', '192k', '-ac', '2', '-movflags', '+faststart', file],
    ]),
  );
  const long = await once('long', (file) =>
    ffmpeg(['-stream_loop', '2', '-i', minute.file, '-c', 'copy', '-movflags', '+faststart', file]),
  );
  const short = await once('short', (file) =>
    ffmpeg(['-i', minute.file, '-t', String(SHORT_SECONDS), '-c', 'copy', '-movflags', '+faststart', file]),
  );
  return { minute, long, short };
}

/** A folder beside the films that is kept, too: what a part develops beforehand is not developed each time. */
export async function keptFolder(name) {
  const folder = path.join(FOLDER, `data-${name}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

async function once(name, make) {
  const library = path.join(FOLDER, name);
  const file = path.join(library, `Bench ${name} (2020).mp4`);
  if (existsSync(file)) return { library, file };
  say(`making the test film "${name}" in ${library} …\n`);
  await mkdir(library, { recursive: true });
  const unfinished = path.join(FOLDER, `unfinished-${process.pid}.mp4`);
  await make(unfinished);
  // Old enough to be taken as complete at first sight.
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(unfinished, yesterday, yesterday);
  await rename(unfinished, file);
  return { library, file };
}
