import type { Artwork } from '../library/library-item.ts';
import { AppError } from '../shared/errors.ts';

/** Where a picture was looked for: whether its file is there, and whether the media server was asked. */
interface Looked {
  readonly isThere: boolean;
  readonly isAsked: boolean;
}

/** Why there is no picture, and what to do about it. It names no file: whoever may see pictures is told. */
export function artworkNotFound({ file, apiPath }: Artwork, { isThere, isAsked }: Looked): AppError {
  const why: string[] = [];
  const remedies: string[] = [];
  if (file !== null && isThere) {
    why.push('its file is no picture, cannot be read or is too large');
    remedies.push('see to that file, which the log names');
  } else if (file !== null) {
    why.push('its file is not here');
    remedies.push(
      'mount the folder of its pictures here, or say in SIDECAST_PATH_MAP where it is: the log names one of them',
    );
  }
  if (apiPath !== null && isAsked) why.push('the media server gives none');
  else if (apiPath !== null) remedies.push('set the address and the key of the media server');
  const parts = ['artwork not found', why.join(', and '), remedies.join('; or ')];
  return new AppError('artwork_not_found', parts.filter((part) => part !== '').join('; '));
}
