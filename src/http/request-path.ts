import type { Middleware } from 'koa';
import { AppError } from '../shared/errors.ts';

/** Whether the target of a request, as it stood on the wire, could name anything but what it says. */
export function isSafeTarget(target: string): boolean {
  const [path = ''] = target.split('?', 1);
  // Nearly all of them: nothing to decode.
  if (!path.includes('%')) return isSafePath(path);
  const once = decodeBytes(path);
  return isWellEncoded(path) && [path, once, decodeBytes(once)].every(isSafePath);
}

/** Refuses paths that climb, whichever way they are written, before anything else looks at them. */
export const checkPath: Middleware = function checkPath(ctx, next) {
  // ctx.req.url is untouched; ctx.path would be parsed already.
  if (!isSafeTarget(ctx.req.url ?? '')) {
    throw new AppError('invalid_path', 'invalid path; it must not contain "..", a backslash or a NUL, encoded or not');
  }
  return next();
};

function isSafePath(path: string): boolean {
  if (path.includes('\\') || path.includes('\0')) return false;
  return !path.includes('..') || !path.split('/').includes('..');
}

/** Byte by byte, so that what is no valid UTF-8 cannot hide a dot. */
function decodeBytes(path: string): string {
  return path.replace(/%([\da-f]{2})/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function isWellEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
