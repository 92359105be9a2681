import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { hasCode } from '../shared/errors.ts';
import { terminateProcess } from './process.ts';

interface RunningProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** What stands before a path that begins there; anything else, and it is part of a longer one. */
const BEFORE_PATH = ['\0', ' ', '=', ':'];

/**
 * Ends what a sidecar, or a script that stands for ffmpeg, has left running when it was killed: every ffmpeg that writes
 * below a folder. Returns their pids.
 */
export async function endLeftovers(folder: string): Promise<number[]> {
  const leftovers = (await runningProcesses()).filter(
    ({ pid, commandLine }) => pid !== process.pid && /ffmpeg/.test(commandLine) && names(commandLine, folder),
  );
  const ended = await Promise.all(leftovers.map(async ({ pid }) => ((await mayEnd(pid)) ? [pid] : [])));
  return ended.flat();
}

/** `/data` is not named by `/srv/data/a`: that is another sidecar's. */
function names(commandLine: string, folder: string): boolean {
  return BEFORE_PATH.some((sign) => commandLine.includes(`${sign}${folder}/`));
}

/** False for one of another user: it cannot be ours. */
async function mayEnd(pid: number): Promise<boolean> {
  try {
    // What it has not handed in is thrown away: there is nothing for it to end in order, and players are waiting.
    await terminateProcess(pid, { graceMs: 0 });
    return true;
  } catch (error) {
    if (hasCode(error, 'EPERM')) return false;
    throw error;
  }
}

/** From /proc where there is one, else from `ps`, which small Linux images lack. */
async function runningProcesses(): Promise<RunningProcess[]> {
  try {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    return await Promise.all(pids.map(async (pid) => ({ pid, commandLine: await commandLineOf(pid) })));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    const { stdout } = await execa('ps', ['-axo', 'pid=,command='], { stdin: 'ignore' });
    return stdout.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), commandLine: line }));
  }
}

/** Empty for a process that has just ended, or is not ours to look at. */
async function commandLineOf(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
