import { logoAt, logoOf, type Resize } from '../artwork/logo-picture.ts';
import type { PictureAt } from '../catalog/line-up/line-up-document.ts';
import type { Settings } from '../config.ts';

/** Makes logos of what people give; the media servers of the settings may be asked for one wherever they are. */
export function pictureAtFor(
  { jellyfinUrl, plexUrl }: Pick<Settings, 'jellyfinUrl' | 'plexUrl'>,
  resize: Resize,
): PictureAt {
  const ownServers = [jellyfinUrl, plexUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).host]));
  return ({ bytes, url = '' }) => (bytes === undefined ? logoAt(url, ownServers, resize) : logoOf(bytes, resize));
}
