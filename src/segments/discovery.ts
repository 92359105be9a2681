import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import { parseSegmentFilename } from './paths.ts';

/** Seconds that a segment is taken to last when nobody says better. */
export const DEFAULT_SEGMENT_DURATION = 6;

/** A segment as its file tells it: what a media playlist lists. */
export interface DiscoveredSegment {
  /** Seconds. */
  readonly duration: number;
  /** Its file's name. */
  readonly path: string;
  readonly sequence: number;
}

/** The segments in a directory by number; none where the directory does not exist (yet). */
export async function discoverSegments(
  directory: string,
  { durationSeconds = DEFAULT_SEGMENT_DURATION }: { durationSeconds?: number | undefined } = {},
): Promise<DiscoveredSegment[]> {
  const segments: DiscoveredSegment[] = [];
  for (const entry of await entriesOf(directory)) {
    const sequence = entry.isFile() ? parseSegmentFilename(entry.name) : undefined;
    if (sequence !== undefined) segments.push({ duration: durationSeconds, path: entry.name, sequence });
  }
  return segments.sort((a, b) => a.sequence - b.sequence);
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  if (directory === '') throw new AppError('invalid_directory', 'invalid directory path: it is empty; name a folder');
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    const reason = hasCode(error, 'ENOTDIR') ? 'not a directory' : messageOf(error);
    throw new AppError(
      'invalid_directory',
      `invalid directory path ${directory}: ${reason}; name a folder that the sidecar may read`,
      { cause: error },
    );
  }
}
