import path from 'node:path';
import { groupBy } from './group-by.ts';
import { isWindowsPath, type PathRule } from './path-map.ts';

/** A folder that films may lie in on this machine, with the names of what is in it. */
export interface FolderHere {
  readonly path: string;
  readonly names: readonly string[];
}

/** So many files are no accident, however few they are of all. */
const SEVERAL = 2;

/**
 * Where the host's folders would have to be on this machine for its files to be found: worked out from some files that were
 * not found and from the folders that there are. Each rule holds for several of these files, or for half of them.
 */
export async function suggestRules(
  notFound: readonly string[],
  folders: readonly FolderHere[],
  isThere: (file: string) => Promise<boolean>,
): Promise<PathRule[]> {
  const rules: PathRule[] = [];
  for (const file of notFound) {
    const rule = await ruleFor(file, folders, isThere);
    if (rule !== undefined) rules.push(rule);
  }
  return [...groupBy(rules, ({ from, to }) => `${from}=>${to}`).values()]
    .filter(({ length }) => length >= SEVERAL || length * 2 >= notFound.length)
    .toSorted((a, b) => b.length - a.length)
    .flatMap(([rule]) => rule ?? []);
}

/** The rule that keeps most of the file's path as it is. */
async function ruleFor(
  file: string,
  folders: readonly FolderHere[],
  isThere: (file: string) => Promise<boolean>,
): Promise<PathRule | undefined> {
  const inParts = (isWindowsPath(file) ? file.replaceAll('\\', '/') : file).split('/');
  for (const [index, name] of inParts.entries()) {
    if (name === '') continue;
    const from = file.slice(0, inParts.slice(0, index).join('/').length);
    if (from === '') continue;
    for (const folder of folders) {
      if (folder.path === from || !folder.names.includes(name)) continue;
      if (await isThere(path.join(folder.path, ...inParts.slice(index)))) return { from, to: folder.path };
    }
  }
  return undefined;
}
