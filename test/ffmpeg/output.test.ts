import { PassThrough, Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { captureFFmpegOutput, linesOf } from '../../src/ffmpeg/output.ts';
import { progressReader } from '../../src/ffmpeg/progress.ts';
import { silentLogger } from '../../src/shared/logger.ts';

function listeningLogger() {
  const heard: { level: 'debug' | 'warn'; name: unknown; sentence: string }[] = [];
  const hear = (level: 'debug' | 'warn') => (facts: object, sentence: string) =>
    heard.push({ level, name: 'ffmpeg' in facts ? facts.ffmpeg : undefined, sentence });
  return { heard, logger: { ...silentLogger, debug: hear('debug'), warn: hear('warn') } };
}

test('lines are whole, however the bytes come', async () => {
  const text = Buffer.from('one\ntwö\r\nframe=1\rframe=2\rlast');
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from([...text].map((byte) => Buffer.from([byte]))))) lines.push(line);
  expect(lines.filter((line) => line !== '')).toEqual(['one', 'twö', 'frame=1', 'frame=2', 'last']);
});

test('the last twenty lines are kept', async () => {
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
  const kept = await captureFFmpegOutput(Readable.from([lines.join('\n')]), silentLogger, 'a');
  expect(kept).toEqual(lines.slice(30));
});

test('complaints are warnings, the first few of them', async () => {
  const { heard, logger } = listeningLogger();
  const complaints = Array.from({ length: 7 }, (_, i) => `Error while decoding stream #0:${i}`);
  await captureFFmpegOutput(Readable.from([['Input #0, matroska', ...complaints].join('\n')]), logger, 'run 7');
  expect(heard.map(({ level }) => level)).toEqual(['debug', 'warn', 'warn', 'warn', 'warn', 'warn', 'debug', 'debug']);
  expect(new Set(heard.map(({ name }) => name))).toEqual(new Set(['run 7']));
});

test('an output that is cut off has ended', async () => {
  const stream = new PassThrough();
  const captured = captureFFmpegOutput(stream, silentLogger, 'a');
  stream.write('first\nsecond\n');
  await new Promise((resolve) => setImmediate(resolve));
  stream.destroy();
  expect(await captured).toEqual(['first', 'second']);
});

test('progress is reported once per report', () => {
  const read = progressReader();
  const text = `frame=0\nout_time_us=N/A\nspeed=N/A\nprogress=continue
frame=48\nfps=25.0\nout_time_us=12002000\nout_time_ms=12002000\nspeed=2.1x\nprogress=continue
frame=60\nout_time_us=-9223372036854775807\nnonsense\nprogress=end`;
  expect(text.split('\n').flatMap((line) => read(line) ?? [])).toEqual([
    { frame: 0, outTimeMs: null, ended: false },
    { frame: 48, outTimeMs: 12_002, ended: false },
    { frame: 60, outTimeMs: null, ended: true },
  ]);
});
