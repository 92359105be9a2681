import { readFile } from 'node:fs/promises';

/** Everything that is mounted, by its path, as `/proc/self/mountinfo` lists it (proc(5)). */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) => point.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))));
}

/** True for a file that is itself a mount, so that nothing beside it can be seen. */
export async function isMountPoint(file: string): Promise<boolean> {
  try {
    return mountPoints(await readFile('/proc/self/mountinfo', 'utf8')).includes(file);
  } catch {
    // Only Linux has the list, and only there are single files mounted.
    return false;
  }
}
