/** How bad a cause is, and what to do about it where whoever raises it knows no better. */
export interface CauseKind {
  /** `failing`: nothing can be aired. */
  readonly severity: 'degraded' | 'failing';
  readonly advice: string;
  /** It is over as soon as it is told: it stays for so long, so that a person hears of it. */
  readonly clearsAfterMs?: number;
}

const HOUR_MS = 3_600_000;

/** Everything that can be wrong with a sidecar. */
export const HEALTH_CAUSES = {
  database_corrupt: {
    severity: 'degraded',
    advice: 'check the disk of the data folder; the damaged file lies beside the new one',
    clearsAfterMs: 24 * HOUR_MS,
  },
  database_failed: {
    severity: 'degraded',
    advice: 'make room on the disk of the data folder and see that it may be written; it is tried again by itself',
  },
  disk_low: {
    severity: 'degraded',
    advice: 'make room there, or lower SIDECAST_MIN_FREE_DISK_MB or SIDECAST_REELS_GB; it goes on by itself',
  },
  stream_failed: {
    severity: 'degraded',
    advice: 'see that ffmpeg works and that the streams folder can be written; the next viewer has it tried again',
    clearsAfterMs: HOUR_MS,
  },
  ffmpeg_not_found: {
    severity: 'failing',
    advice: 'put ffmpeg back in its place, or restart Sidecast where it is another place now',
  },
  watches_used_up: {
    severity: 'degraded',
    advice: 'raise fs.inotify.max_user_watches and fs.inotify.max_user_instances, then restart Sidecast',
  },
  clock_stepped: {
    severity: 'degraded',
    advice: "nothing, if it is right now; if this comes again, see to the synchronisation of the machine's clock",
    clearsAfterMs: HOUR_MS,
  },
  library_unreadable: {
    severity: 'degraded',
    advice:
      'check that the folder exists and that Sidecast may read it: in a container, mount it whole and read-only; of a ' +
      'media server on another machine, mount the videos and name them as folder:/path; channels go on as they are',
  },
  channel_off_air: {
    severity: 'degraded',
    advice:
      'what it asks for is not in the library or its files are not here, it was all shown, or it has no time in the days ' +
      'to come: the warnings in /api/channels/<id> say more; change its programming, or disable it; what joins the ' +
      'library later is shown by itself',
  },
  item_unplayable: {
    severity: 'degraded',
    advice: 'check the file; its card is shown meanwhile',
    clearsAfterMs: 24 * HOUR_MS,
  },
  library_shrunk: {
    severity: 'degraded',
    advice:
      'see that its disk is mounted and that the media server has its libraries; if these items are really gone, ' +
      'say so with `sidecast sync --allow-removals`',
  },
  library_files_missing: {
    severity: 'degraded',
    advice:
      'mount the folders of the media server on this machine; where they have other paths here, set SIDECAST_PATH_MAP ' +
      'to rules such as /media=>/mnt/nas; `sidecast library` shows the paths',
  },
  tuner_not_findable: {
    severity: 'degraded',
    advice:
      'add the tuner to the host by its address instead, and set SIDECAST_HDHOMERUN_DISCOVERY and SIDECAST_SSDP to off',
  },
  encoder_lost: {
    severity: 'degraded',
    advice: 'check the graphics device and its driver; until it works again the processor does its work',
  },
  machine_at_capacity: {
    severity: 'degraded',
    advice:
      'let a graphics device encode (SIDECAST_HARDWARE_ACCEL), or offer lower qualities; what is in reels costs nothing, ' +
      'and more of it is kept with a larger SIDECAST_REELS_GB',
    clearsAfterMs: HOUR_MS,
  },
  internal_error: {
    severity: 'degraded',
    advice: 'see the log, and restart Sidecast where it does not go on',
  },
} as const satisfies Readonly<Record<string, CauseKind>>;

export type HealthCode = keyof typeof HEALTH_CAUSES;

export const HEALTH_CODES = Object.keys(HEALTH_CAUSES).filter((code): code is HealthCode => code in HEALTH_CAUSES);
