import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/**
 * What a scripted ffmpeg does with a run: the real thing, or the real thing slowly, or nothing at all. With a graphics
 * device, the software encoder stands in for NVENC until `loseDevice()`.
 */
export type Manner = 'real' | 'at three times real time' | 'in real time' | 'deaf' | 'with a graphics device';

const MANNERS: Record<Manner, string> = {
  real: 'exec ffmpeg "$@"',
  'at three times real time': 'exec ffmpeg -readrate 3 "$@"',
  'in real time': 'exec ffmpeg -readrate 1 "$@"',
  deaf: "trap '' TERM; exec sleep 60",
  'with a graphics device': `
if [ -e "$0.lost" ]; then case "$*" in *h264_nvenc*)
  echo '[h264_nvenc @ 0x55] OpenEncodeSessionEx failed: no encode device (1): device lost' >&2; exit 1;; esac
fi
skip=
for word; do
  shift
  if [ -n "$skip" ]; then skip=; continue; fi
  case "$word" in
    -forced-idr|-no-scenecut|-strict_gop) skip=1; continue;;
    h264_nvenc) word=libx264;;
    p1) word=superfast;;
  esac
  set -- "$@" "$word"
done
exec ffmpeg "$@"`,
};

/** An ffmpeg that keeps a list of what it was asked for. */
export class ScriptedFFmpeg {
  /** The settings that make a sidecar use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly #list: string;

  private constructor(folder: string) {
    this.#list = path.join(folder, 'asked');
    this.env = {
      SIDECAST_FFMPEG_PATH: path.join(folder, 'ffmpeg'),
      SIDECAST_FFPROBE_PATH: path.join(folder, 'ffprobe'),
    };
  }

  static async make(folder: string, manner: Manner = 'real'): Promise<ScriptedFFmpeg> {
    const own = path.join(folder, 'bin');
    await mkdir(own, { recursive: true });
    const scripted = new ScriptedFFmpeg(own);
    await writeFile(scripted.#list, '');
    const note = `printf '%s %s\\n' "$$" "$*" >> '${scripted.#list}'`;
    const listed = `ffmpeg "$@"; echo ' V....D h264_nvenc  NVENC'`;
    const encoders = manner === 'with a graphics device' ? `*-encoders*) ${listed};; ` : '';
    const runs = `case "$*" in *-hls_segment_filename*) ${MANNERS[manner]};; ${encoders}*) exec ffmpeg "$@";; esac`;
    await writeFile(path.join(own, 'ffmpeg'), `#!/bin/sh\n${note}\n${runs}\n`);
    await writeFile(path.join(own, 'ffprobe'), '#!/bin/sh\nexec ffprobe "$@"\n');
    for (const name of ['ffmpeg', 'ffprobe']) await chmod(path.join(own, name), 0o755);
    return scripted;
  }

  /** From now on its graphics device is gone. */
  async loseDevice(): Promise<void> {
    await writeFile(`${this.env['SIDECAST_FFMPEG_PATH']}.lost`, '');
  }

  /** Every call so far. */
  async calls(): Promise<string[]> {
    return (await readFile(this.#list, 'utf8')).split('\n').filter((line) => line !== '');
  }

  /** What was developed so far, run by run. */
  async runs(): Promise<DevelopedRange[]> {
    return (await this.calls()).flatMap((line) => {
      const [, from, until] = /trim=start_pts=(\d+):end_pts=(\d+)/.exec(line) ?? [];
      if (from === undefined || !line.includes('-hls_segment_filename')) return [];
      const input = / -i (.*?) -filter_complex/.exec(line)?.[1] ?? '';
      const width = /pad=(\d+):/.exec(line)?.[1] ?? '';
      return [
        {
          pid: Number.parseInt(line, 10),
          reel: `${path.basename(input)} ${width}`,
          from: Number(from),
          until: Number(until),
        },
      ];
    });
  }
}

export interface DevelopedRange {
  readonly pid: number;
  /** The film and the width of its pictures. */
  readonly reel: string;
  /** Pictures. */
  readonly from: number;
  readonly until: number;
}

/** What was developed more than once. */
export function developedTwice(runs: readonly DevelopedRange[]): DevelopedRange[] {
  return runs.filter((run, index) =>
    runs.slice(0, index).some((other) => other.reel === run.reel && other.from < run.until && run.from < other.until),
  );
}

/** The processes whose command line names this folder, which is the test's own. */
export async function processesIn(folder: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(folder) && !line.includes('/dist/main.js'));
}
