import type { HostItem } from './host-item.ts';
import type { Artwork } from './library-item.ts';
import { mapPath, type PathRule } from './path-map.ts';

/** An item with the paths that this machine has for its files. */
export function onThisMachine(item: HostItem, rules: readonly PathRule[]): HostItem {
  const here = (hostPath: string): string => mapPath(rules, hostPath);
  const file = <T extends { readonly path: string }>(part: T): T => ({ ...part, path: here(part.path) });
  const picture = (artwork: Artwork | null): Artwork | null =>
    artwork && { ...artwork, file: artwork.file === null ? null : here(artwork.file) };
  const { poster, thumb, backdrop } = item.artwork;
  return {
    ...file(item),
    parts: item.parts.map(file),
    versions: item.versions.map(file),
    artwork: { poster: picture(poster), thumb: picture(thumb), backdrop: picture(backdrop) },
    streams: {
      ...item.streams,
      subtitles: item.streams.subtitles.map((subtitle) => ({
        ...subtitle,
        path: subtitle.path === null ? null : here(subtitle.path),
      })),
    },
  };
}
