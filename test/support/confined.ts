import { execa } from 'execa';

/** A way to run a program in a confined space of its own: what comes before its command line. */
export type Confinement = readonly string[];

/**
 * With a small file system of its own, in memory, with a copy of a folder on it; tests reach it through
 * /proc/<pid>/root.
 */
export function withSmallDisk(mountPoint: string, megabytes: number, contents: string): Confinement {
  const mount = `mount -t tmpfs -o size=${megabytes}m small '${mountPoint}'`;
  return unshared(['--mount'], `${mount} && cp -r '${contents}/.' '${mountPoint}'`);
}

/** With no more than so many inotify instances, or watches, for all its processes together. */
export function withInotify(limit: 'instances' | 'watches', count: number): Confinement {
  return unshared([], `echo ${count} > /proc/sys/user/max_inotify_${limit}`);
}

/** Whether this machine lets a test confine a program like this. */
export async function isAllowed(confinement: Confinement): Promise<boolean> {
  const [program = '', ...args] = confinement;
  const { failed } = await execa(program, [...args, 'true'], { reject: false });
  return !failed;
}

/** The same process goes on as the program. */
function unshared(what: readonly string[], prepare: string): Confinement {
  return ['unshare', '--user', '--map-root-user', ...what, 'sh', '-c', `${prepare} && exec "$@"`, 'sh'];
}
