import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { start } from './cleanup.mjs';

/** An ffmpeg that writes down what it is asked to do: the commands of all runs, and of those over a film. */
export async function recordingFFmpeg(folder) {
  await mkdir(folder, { recursive: true });
  const log = path.join(folder, 'commands');
  const program = path.join(folder, 'ffmpeg');
  const script = `#!/bin/sh\n{ printf '%s\\0' "$@"; printf '\\n'; } >> '${log}'\nexec ffmpeg "$@"\n`;
  await writeFile(program, script, { mode: 0o755 });
  await writeFile(path.join(folder, 'ffprobe'), '#!/bin/sh\nexec ffprobe "$@"\n', { mode: 0o755 });
  async function runs() {
    const commands = (await readFile(log, 'utf8')).split('\0\n').map((line) => line.split('\0'));
    return commands.filter((args) => args.some(isPlaylist));
  }
  return { program, runs, runsOf: async (film) => (await runs()).filter((args) => args.includes(film)) };
}

/** The same run once more, by ffmpeg alone, into a folder of its own. */
export async function runAgain(args, folder) {
  await mkdir(folder, { recursive: true });
  const before = path.dirname(args.find(isPlaylist));
  const child = start(
    'ffmpeg',
    args.map((arg) => arg.replaceAll(before, folder)),
  );
  child.stdout.resume();
  child.stderr.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bare ffmpeg ended with ${code}`);
}

function isPlaylist(arg) {
  return path.basename(arg) === 'run.m3u8';
}
