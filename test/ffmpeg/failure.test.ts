import { expect, it, test } from '@jest/globals';
import { classifyFFmpegError, ffmpegFailed } from '../../src/ffmpeg/failure.ts';

it.each([
  ['missing file', ['/media/film.mkv: No such file or directory']],
  ['unreadable', ['/media/film.mkv: Permission denied']],
  ['unreadable', ['/media/film.mkv: Input/output error']],
  ['corrupt', ['/media/film.mkv: Invalid data found when processing input']],
  ['corrupt', ['[mov,mp4 @ 0x5] moov atom not found']],
  ['corrupt', ["Stream map '0:V:0' matches no streams."]],
  ['no such encoder', ["Unknown encoder 'h264_videotoolbox'"]],
  ['device lost', ['[h264_nvenc @ 0x5] Cannot load libcuda.so.1', 'Error initializing output stream 0:0']],
  ['device lost', ['[AVHWDeviceContext @ 0x5] No VA display found for device /dev/dri/renderD128.']],
  ['disk full', ['[hls @ 0x5] failed to rename file', 'av_interleaved_write_frame(): No space left on device']],
  ['disk full', ['Error while decoding stream #0:0: Invalid data found', 'x.ts: No space left on device']],
  ['out of memory', ['Error while opening encoder: Cannot allocate memory']],
  ['not writable', ['Could not write header for output file #0: No such file or directory']],
  [
    'not writable',
    ["[hls @ 0x5] Failed to open file '/reels/13.ts.tmp'", 'av_write_frame(): No such file or directory'],
  ],
  ['not writable', ["the reels folder takes nothing in: EACCES: permission denied, mkdir '/reels/runs/5'"]],
  ['unknown', ['Conversion failed!']],
  ['unknown', []],
])('%s is seen in %j', (cause, lines) => {
  expect(classifyFFmpegError(lines)).toBe(cause);
});

test('a failure says its cause, the last words and what to do', () => {
  const error = ffmpegFailed('disk full', 'with exit code 1', 'x.ts: No space left on device');
  expect(error.code).toBe('ffmpeg_failed');
  expect(error.message).toBe(
    'ffmpeg failed (disk full): it ended with exit code 1, saying "x.ts: No space left on device"; make room on the disk',
  );
});
