import type { Settings } from '../config.ts';

/** The hosts, with their ports, of the media servers that the settings name. */
export function mediaServerHosts({ jellyfinUrl, plexUrl }: Pick<Settings, 'jellyfinUrl' | 'plexUrl'>): string[] {
  return [jellyfinUrl, plexUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).host]));
}
