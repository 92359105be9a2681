import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { familyOf } from '../shared/process-family.ts';

/** Linux counts processor time for programs in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of all processors together that a process, and what it has started, has used so far, or undefined where nobody
 * can tell (any more). It says what a piece of work costs, whatever else the machine does meanwhile.
 */
export async function processorSeconds(pid: number): Promise<number | undefined> {
  try {
    if (process.platform === 'linux') return await familySeconds(pid);
    const { stdout } = await execa('ps', ['-o', 'time=', '-p', String(pid)], { stdin: 'ignore', timeout: 2000 });
    return parsePsTime(stdout);
  } catch {
    return undefined;
  }
}

async function familySeconds(pid: number): Promise<number | undefined> {
  const lines = await Promise.all(familyOf(pid).map((member) => readFile(`/proc/${member}/stat`, 'utf8')));
  return lines.reduce<number | undefined>((sum, line) => {
    const seconds = parseProcStat(line);
    return sum === undefined || seconds === undefined ? undefined : sum + seconds;
  }, 0);
}

/** User and system time in a line of `/proc/<pid>/stat` (proc(5)); the name before them may hold anything. */
export function parseProcStat(line: string): number | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [user, system] = fields.slice(11, 13).map(Number);
  return user === undefined || system === undefined ? undefined : (user + system) / TICKS_PER_SECOND;
}

/** `[[days-]hours:]minutes:seconds`, as POSIX has ps say it; macOS adds hundredths. */
export function parsePsTime(text: string): number | undefined {
  const [, days = '0', hours = '0', minutes, seconds] =
    /^\s*(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
  if (minutes === undefined || seconds === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
