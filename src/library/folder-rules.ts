import path from 'node:path';

/** Containers that a file's name tells of; whether ffmpeg can read the file, a probe finds out. */
const VIDEO_EXTENSIONS = new Set(
  (
    'mkv webm mp4 m4v mov qt avi divx ts m2ts mts m2t trp mpg mpeg mpe m1v m2v vob mod tod ' +
    'wmv asf flv f4v ogv ogm 3gp 3g2 rm rmvb mxf dv nut wtv dvr-ms'
  ).split(' '),
);
/** Folders that belong to a film or a show but are no part of it. */
const IGNORED_FOLDERS = new Set([
  ...['extras', 'featurettes', 'trailers', 'trailer', 'sample', 'samples', 'behind the scenes', 'deleted scenes'],
  ...['@eadir', '#recycle', '$recycle.bin', 'system volume information', 'lost+found'],
]);
/** "film-trailer.mkv" and "film-sample.mkv" beside a film. */
const IGNORED_FILE = /^sample$|[-.](?:sample|trailer)$/i;

export function isVideo(file: string): boolean {
  return VIDEO_EXTENSIONS.has(path.extname(file).slice(1).toLowerCase()) && !IGNORED_FILE.test(path.parse(file).name);
}

/** Hidden, or a folder that is no part of a library. Unfinished files (`.part`, `.tmp`) are no videos by their names. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || IGNORED_FOLDERS.has(name.toLowerCase());
}
