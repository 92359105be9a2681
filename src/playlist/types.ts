export const PLAYLIST_TYPE_EVENT = 'EVENT' as const;
export const PLAYLIST_TYPE_VOD = 'VOD' as const;

export const PLAYLIST_TYPES = [PLAYLIST_TYPE_EVENT, PLAYLIST_TYPE_VOD] as const;

/** EVENT playlists only grow, VOD playlists never change; a live playlist has no type. */
export type PlaylistType = (typeof PLAYLIST_TYPES)[number];

/** One quality in a master playlist. */
export interface PlaylistVariant {
  /** Peak of picture, sound and container together, bits per second. */
  readonly bandwidth: number;
  /** "1920x1080". */
  readonly resolution: string;
  /** Relative path to the media playlist. */
  readonly path: string;
  /** Bits per second. */
  readonly averageBandwidth?: number | undefined;
  /** RFC 6381 names, comma-separated: "avc1.640028,mp4a.40.2". */
  readonly codecs?: string | undefined;
  readonly frameRate?: number | undefined;
}

export interface MasterPlaylist {
  readonly variants: readonly PlaylistVariant[];
}

/** One segment as a media playlist lists it. */
export interface Segment {
  /** Seconds. */
  readonly duration: number;
  /** File name or relative path. */
  readonly path: string;
  /** Its number in the stream, where known. */
  readonly sequence?: number | undefined;
  /** When its first picture is on air, milliseconds since the epoch. */
  readonly programDateTime?: number | undefined;
  /** Time stamps or codec break before it. */
  readonly discontinuity?: boolean | undefined;
}

export interface MediaPlaylistConfig {
  /** Whole seconds; absent or 0 means the longest segment's duration, rounded up. */
  readonly targetDuration?: number | undefined;
  /** Number of the first segment given, before the window slides. */
  readonly mediaSequence: number;
  /** Absent means live. */
  readonly playlistType?: PlaylistType | undefined;
  /** How many of the last segments are listed; absent or 0 lists them all. */
  readonly maxSegments?: number | undefined;
  /** Where a player begins, seconds from the first segment; negative counts from the end. */
  readonly startOffset?: number | undefined;
  /** Nothing will be added to it; a VOD playlist is complete anyway. */
  readonly isComplete?: boolean | undefined;
  /** Discontinuities before the first segment given. */
  readonly discontinuitySequence?: number | undefined;
}

/** A media playlist ready to be written: the window applied, the target duration known. */
export interface MediaPlaylist {
  readonly targetDuration: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly segments: readonly Segment[];
  readonly playlistType?: PlaylistType | undefined;
  readonly startOffset?: number | undefined;
  readonly isComplete?: boolean | undefined;
}
