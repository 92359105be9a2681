import { createHash } from 'node:crypto';

/** A channel as Jellyfin reads it from an M3U tuner. */
export interface TunerEntry {
  /** Of the playlist's address and the stream's: both have to stay the same for ever. */
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly guideId: string | undefined;
  readonly logo: string | undefined;
  readonly url: string;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Reads a playlist by its rules: quotes are needed, the name follows the last comma, a first word that is a number goes. */
export function readPlaylist(text: string, playlistUrl: string): TunerEntry[] {
  const entries: TunerEntry[] = [];
  let extinf: string | undefined;
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line.startsWith('#EXTINF:')) extinf = line;
    else if (line !== '' && !line.startsWith('#') && extinf !== undefined) {
      const attributes = new Map(
        [...extinf.matchAll(/([\w-]+)="([^"]+)"/g)].map(([, name = '', value = '']) => [name, value]),
      );
      entries.push({
        id: `m3u_${md5(playlistUrl)}${md5(line)}`,
        name: withoutNumber(extinf.slice(extinf.lastIndexOf(',') + 1).trim()),
        number: attributes.get('tvg-chno') ?? /(\d+)(?:\.\w+)?$/.exec(line)?.[1] ?? '',
        guideId: attributes.get('tvg-id') ?? attributes.get('channel-id'),
        logo: attributes.get('tvg-logo') ?? attributes.get('logo'),
        url: line,
      });
      extinf = undefined;
    }
  }
  return entries;
}

/** The number is taken from the name even where there is one of its own. */
function withoutNumber(name: string): string {
  const [first = '', ...rest] = name.split(' ');
  return rest.length > 0 && Number.isFinite(Number(first)) ? rest.join(' ') : name;
}
