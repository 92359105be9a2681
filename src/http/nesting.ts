/** What anybody means is far from it; what is read level by level would find no end. */
export const MOST_LEVELS = 60;

interface Node {
  readonly value: unknown;
  readonly key: string;
  readonly above: Node | undefined;
  readonly level: number;
}

/** Where something is nested deeper than that. Also what contains itself, as YAML can. */
export function tooDeepAt(given: unknown): string | undefined {
  const left: Node[] = [{ value: given, key: '', above: undefined, level: 0 }];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const { value, level } = node;
    if (typeof value !== 'object' || value === null) continue;
    if (level === MOST_LEVELS) return pathTo(node);
    for (const [key, inner] of Object.entries(value)) left.push({ value: inner, key, above: node, level: level + 1 });
  }
  return undefined;
}

function pathTo(node: Node): string {
  const keys: string[] = [];
  for (let at: Node | undefined = node; at?.above !== undefined; at = at.above) keys.unshift(at.key);
  return keys.join('.');
}
