import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time for programs in hundredths of a second. */
export const TICKS_PER_SECOND = 100;

/** Seconds of processor time of a process, of the children it waited for, and of those that live. */
export async function familySeconds(pid) {
  const { program, kernel } = await familyTimes(pid);
  return program + kernel;
}

/** The same, apart: in the programs themselves, and in the kernel for them. */
export async function familyTimes(pid) {
  const children = await childrenOf(pid);
  const { utime, stime, cutime, cstime } = await times(pid);
  const living = await Promise.all(children.map((child) => familyTimes(child)));
  return living.reduce(
    (sum, { program, kernel }) => ({ program: sum.program + program, kernel: sum.kernel + kernel }),
    {
      program: utime + cutime,
      kernel: stime + cstime,
    },
  );
}

/** Seconds of processor time of the children that a process has waited for, and of theirs. */
export async function reapedSeconds(pid) {
  const { cutime, cstime } = await times(pid);
  return cutime + cstime;
}

/** Seconds of processor time of the process itself. */
export async function ownSeconds(pid) {
  const { utime, stime } = await times(pid);
  return utime + stime;
}

/** Its living children. */
export async function childrenOf(pid) {
  const children = [];
  for (const task of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const text = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '');
    children.push(...text.split(' ').filter(Boolean).map(Number));
  }
  return children;
}

/** Memory that a process has in use, in MB. */
export async function residentMB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024) / 1e6;
}

/** How many reads and writes a process has made, and of what it has waited for. */
export async function ioCalls(pid) {
  const io = await readFile(`/proc/${pid}/io`, 'utf8');
  const field = (name) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1]);
  return {
    reads: field('syscr'),
    writes: field('syscw'),
    bytesRead: field('read_bytes'),
    bytesWritten: field('write_bytes'),
  };
}

async function times(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  return { utime: utime ?? 0, stime: stime ?? 0, cutime: cutime ?? 0, cstime: cstime ?? 0 };
}
