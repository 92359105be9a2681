import type { Context, Middleware } from 'koa';
import { databaseFailure } from '../catalog/database-failure.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { AppError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { RefusalLog, type RefusalLogOptions } from './refusal-log.ts';

/** What each code is in HTTP; a code that is not here is our own fault, 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_path: 400,
  invalid_host: 400,
  invalid_query: 400,
  invalid_request: 400,
  invalid_body: 400,
  invalid_channel: 400,
  invalid_picture: 400,
  invalid_quality: 400,
  invalid_segment_name: 400,
  unauthorised: 401,
  forbidden: 403,
  link_invalid: 403,
  link_expired: 403,
  not_found: 404,
  channel_not_found: 404,
  artwork_not_found: 404,
  stream_not_found: 404,
  segment_not_found: 404,
  not_aired: 404,
  method_not_allowed: 405,
  request_too_slow: 408,
  stream_already_exists: 409,
  links_unsigned: 409,
  channel_number_taken: 409,
  channel_name_taken: 409,
  channel_in_use: 409,
  channel_format_kept: 409,
  precondition_failed: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  precondition_required: 428,
  too_many_wrong_keys: 429,
  headers_too_large: 431,
  manager_stopped: 503,
  too_many_viewers: 503,
  machine_at_capacity: 503,
  starting_timed_out: 503,
  tuners_in_use: 503,
  timeout: 503,
  ffmpeg_not_found: 503,
  ffmpeg_too_old: 503,
  ffmpeg_failed: 503,
  folder_not_writable: 503,
  disk_low: 503,
  library_unreadable: 503,
  database_failed: 503,
};

/** What each code is to a tuner's host, in the numbers of HDHomeRun devices. */
const TUNER_ERROR: Partial<Record<ErrorCode, string>> = {
  channel_not_found: '801 Unknown Channel',
  manager_stopped: '803 System Busy',
  machine_at_capacity: '805 All Tuners In Use',
  too_many_viewers: '805 All Tuners In Use',
  tuners_in_use: '805 All Tuners In Use',
};
const OTHER_TUNER_ERROR = '806 Tune Failed';

/** Seconds after which a refused client may ask again. */
const RETRY_AFTER = '5';

/** The status of anything that was thrown. */
export function statusOf(error: unknown): number {
  return (error instanceof AppError ? STATUS[error.code] : undefined) ?? 500;
}

/** Everything thrown below becomes `{ "error": code, "message": text }` here, and is logged here if it is our fault. */
export function errorProtocol(options: RefusalLogOptions & { readonly logger: Logger }): Middleware {
  const { logger } = options;
  const refusals = new RefusalLog(options);
  return async function reportErrors(ctx, next) {
    try {
      await next();
    } catch (thrown) {
      const error = databaseFailure(thrown) ?? thrown;
      // Whoever left while being let in is no fault of ours, and hears nothing.
      if (!ctx.writable && !ctx.headerSent) return logger.debug({ err: error, path: ctx.path }, 'A client has gone');
      const status = statusOf(error);
      if (status >= 500) refusals.tell(error, ctx.path, status);
      if (ctx.headerSent || (status >= 500 && isGuidePath(ctx.path))) ctx.res.destroy();
      else answerWithError(ctx, error);
    }
  };
}

/** What is answered to a request that is refused. */
interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where a stream would be: hosts take any body at its address for video. */
  readonly body: object | '';
}

/** The answer to whoever asked for a path, in the words of the protocol that is spoken there. */
export function refusalOf(path: string, error: unknown): Refusal {
  const status = statusOf(error);
  const headers = {
    'Cache-Control': 'no-store',
    ...(status === 503 && { 'Retry-After': RETRY_AFTER }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="Sidecast"' }),
  };
  if (!isStreamPath(path)) return { status, headers, body: bodyOf(error) };
  const tunerError = (error instanceof AppError ? TUNER_ERROR[error.code] : undefined) ?? OTHER_TUNER_ERROR;
  return { status, headers: { ...headers, 'X-HDHomeRun-Error': tunerError }, body: '' };
}

function answerWithError(ctx: Context, error: unknown): void {
  for (const header of ['Content-Type', 'Content-Encoding', 'ETag', 'Last-Modified']) ctx.remove(header);
  const { status, headers, body } = refusalOf(ctx.path, error);
  ctx.status = status;
  ctx.set(headers);
  ctx.body = body;
  if (body === '') ctx.remove('Content-Type');
}

/** Where a continuous stream or a segment is, or would be; signed or not. */
function isStreamPath(path: string): boolean {
  return path.endsWith('.ts') || /^(?:\/~[^/]+)?\/auto\//.test(path);
}

/** Hosts keep whatever comes from there for an hour, words of an error too; only a connection that breaks is no guide. */
function isGuidePath(path: string): boolean {
  return /\/guide\.xml(?:\.gz)?$/.test(path);
}

const OUR_FAULT = 'Something went wrong inside Sidecast; its log says what.';

function bodyOf(error: unknown): object {
  if (!(error instanceof AppError)) return { error: 'internal_error', message: OUR_FAULT };
  // What nobody thought of as an answer may name anything.
  if (STATUS[error.code] === undefined) return { error: error.code, message: OUR_FAULT };
  return { ...errorJSON(error), ...wordsFor(error.code) };
}

/** What names files of this machine is for its log alone; `/api/health` tells those who may know. */
const WITHOUT_FILES: Partial<Record<ErrorCode, string>> = {
  ffmpeg_not_found: 'ffmpeg cannot be started; /api/health says what to do',
  ffmpeg_too_old: 'ffmpeg is too old; the log says what to do',
  ffmpeg_failed: 'ffmpeg failed; the log says why',
  folder_not_writable: 'a folder of Sidecast cannot be written; the log says which',
  disk_low: 'no further channel can begin: a disk is nearly full; /api/health says which',
  library_unreadable: 'a library cannot be read; /api/health says why',
  database_failed: 'the database of Sidecast cannot be written at this moment; /api/health says why, ask again later',
  timeout: 'something did not answer in time; the log says what',
};

function wordsFor(code: ErrorCode): object {
  const message = WITHOUT_FILES[code];
  return message === undefined ? {} : { message };
}

/** An error in the API's words. */
export function errorJSON({ code, message, fields }: AppError): object {
  return { error: code, message, ...(fields.length > 0 && { fields }) };
}
