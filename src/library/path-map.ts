/** Where the host sees a folder, and where that folder is on this machine. */
export interface PathRule {
  readonly from: string;
  readonly to: string;
}

/**
 * A path of the host as this machine has it. The longest rule that fits wins; a path that no rule fits stays as it is.
 * Windows paths (`D:\Films`, `\\nas\films`) fit whatever their case and slashes.
 */
export function mapPath(rules: readonly PathRule[], hostPath: string): string {
  let mapped = hostPath;
  let longest = -1;
  for (const { from, to } of rules) {
    const rest = restBehind(from, hostPath);
    if (rest === undefined || from.length <= longest) continue;
    longest = from.length;
    mapped = `${withoutEnd(to)}${rest}` || '/';
  }
  return mapped;
}

/** True for a path of a Windows host: with a drive's letter, or of a share. */
export function isWindowsPath(hostPath: string): boolean {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(hostPath);
}

/** What follows the folder `from` in a path, with slashes, or undefined for a path outside of it. */
function restBehind(from: string, hostPath: string): string | undefined {
  const isWindows = isWindowsPath(hostPath);
  const [folder, whole] = [from, hostPath].map((given) => (isWindows ? given.replaceAll('\\', '/') : given));
  if (folder === undefined || whole === undefined) return undefined;
  const prefix = withoutEnd(folder);
  const head = whole.slice(0, prefix.length);
  const isInside = isWindows ? head.toLowerCase() === prefix.toLowerCase() : head === prefix;
  const rest = whole.slice(prefix.length);
  return isInside && (rest === '' || rest.startsWith('/')) ? rest : undefined;
}

function withoutEnd(folder: string): string {
  return folder.replace(/[\\/]+$/, '');
}
