/** A line-up entry as a host reads it. */
export interface M3uEntry {
  readonly guideId: string;
  readonly name: string;
}

/** The entries of a channel list. */
export function parseM3u(text: string): readonly M3uEntry[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('#EXTINF:'))
    .map((line) => ({
      guideId: /tvg-id="([^"]*)"/.exec(line)?.[1] ?? '',
      name: line.slice(line.lastIndexOf(',') + 1).trim(),
    }));
}
