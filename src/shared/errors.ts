/** The stable codes: what a client, a script or a test may rely on. The messages may change. */
export type ErrorCode =
  // streaming engine
  | 'ffmpeg_not_found'
  | 'ffmpeg_too_old'
  | 'ffmpeg_failed'
  | 'timeout'
  | 'invalid_quality'
  | 'invalid_hardware_accel'
  | 'empty_input_file'
  | 'empty_output_path'
  | 'invalid_segment_duration'
  | 'invalid_playlist_size'
  | 'empty_variants'
  | 'invalid_bandwidth'
  | 'invalid_resolution'
  | 'invalid_playlist_type'
  | 'invalid_playlist_value'
  | 'missing_required_tag'
  | 'invalid_directory'
  | 'invalid_transition'
  | 'stream_not_found'
  | 'stream_already_exists'
  | 'manager_stopped'
  | 'too_many_viewers'
  | 'machine_at_capacity'
  // reels and splicing
  | 'piece_not_whole'
  | 'invalid_mpegts'
  | 'probe_failed'
  | 'file_missing'
  // catalog and library
  | 'database_newer'
  | 'database_corrupt'
  | 'database_failed'
  | 'library_unreadable'
  | 'library_unsupported'
  | 'library_locked'
  | 'channel_not_found'
  | 'channel_number_taken'
  | 'channel_name_taken'
  | 'channel_in_use'
  | 'channel_format_kept'
  | 'invalid_channel'
  | 'invalid_picture'
  | 'artwork_not_found'
  // sidecar
  | 'invalid_settings'
  | 'data_folder_in_use'
  | 'folder_not_writable'
  | 'disk_low'
  | 'port_in_use'
  | 'sidecar_refused'
  | 'starting_timed_out'
  // http
  | 'invalid_request'
  | 'request_too_slow'
  | 'headers_too_large'
  | 'invalid_path'
  | 'invalid_host'
  | 'invalid_query'
  | 'invalid_body'
  | 'unsupported_media_type'
  | 'precondition_failed'
  | 'precondition_required'
  | 'invalid_segment_name'
  | 'segment_not_found'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_aired'
  | 'tuners_in_use'
  | 'forbidden'
  | 'unauthorised'
  | 'link_invalid'
  | 'links_unsigned'
  | 'link_expired'
  | 'too_many_wrong_keys'
  | 'body_too_large'
  | 'internal_error'
  // register
  | 'host_unreachable'
  | 'host_unauthorised'
  | 'host_too_old'
  | 'host_failed'
  | 'own_address_unreachable'
  | 'no_channels'
  // verify
  | 'source_unreadable';

/** A field that was given and is not as it must be. */
export interface FieldError {
  /** Such as `programming.default.order.kind`. */
  readonly path: string;
  /** What is allowed there. */
  readonly message: string;
}

export interface AppErrorOptions extends ErrorOptions {
  readonly fields?: readonly FieldError[];
}

/** The one error class. `message` says what happened and what a user can do; `cause` keeps what was caught. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** What is wrong with what was given, field by field. */
  readonly fields: readonly FieldError[];

  constructor(code: ErrorCode, message: string, { fields = [], ...options }: AppErrorOptions = {}) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.fields = fields;
  }
}

/** True for a system or application error with this code. `instanceof Error` would miss errors of another realm. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** The words of anything that was thrown. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** Why a request failed: `fetch` itself says only that it did, and keeps the reason as the cause. */
export function fetchFailure(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
