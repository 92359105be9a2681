import { describe, expect, it, test } from '@jest/globals';
import { probeBest, type ProbedFile } from '../../../src/catalog/library/choose-files.ts';
import type { MediaFacts } from '../../../src/ffmpeg/media-facts.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { facts } from '../samples.ts';

const file = (name: string) => ({ path: name, sizeBytes: 1, modifiedMs: 1 });
const sized = (width: number, height: number, hdr = false) => facts({ width, height, hdr });

async function bestOf(versions: Readonly<Record<string, MediaFacts | AppError>>, height: number): Promise<string> {
  const probe = async (name: string) => {
    const found = versions[name]!;
    if (found instanceof AppError) throw found;
    return found;
  };
  const best: ProbedFile = await probeBest(Object.keys(versions).map(file), probe, height);
  expect(best.facts).toBe(versions[best.file.path]);
  return best.file.path;
}

const BROKEN = new AppError('probe_failed', 'it is no video');

describe('of several versions', () => {
  it.each<[what: string, versions: Readonly<Record<string, MediaFacts | AppError>>, height: number, best: string]>([
    ['the highest', { '480p': sized(854, 480), '1080p': sized(1920, 1080) }, 1080, '1080p'],
    ['no higher than is offered', { '2160p': sized(3840, 2160), '720p': sized(1280, 720) }, 720, '720p'],
    ['a higher one where none is enough', { '480p': sized(854, 480), '2160p': sized(3840, 2160) }, 1080, '2160p'],
    ['one without HDR', { hdr: sized(1920, 1080, true), sdr: sized(1920, 1080) }, 1080, 'sdr'],
    ['one with HDR, if it is higher', { sdr: sized(854, 480), hdr: sized(1920, 1080, true) }, 1080, 'hdr'],
    ['a wide one by its width', { wide: sized(1920, 800), '720p': sized(1280, 720) }, 1080, 'wide'],
    ['the first of two alike', { first: sized(640, 360), second: sized(640, 360) }, 1080, 'first'],
    ['one that can be read', { broken: BROKEN, '480p': sized(854, 480) }, 1080, '480p'],
  ])('%s is aired', async (_, versions, height, best) => {
    expect(await bestOf(versions, height)).toBe(best);
  });

  test('what is wrong with one is told rather than that another is not there', async () => {
    const missing = new AppError('file_missing', 'the file is gone');
    await expect(bestOf({ a: missing, b: BROKEN }, 1080)).rejects.toBe(BROKEN);
    await expect(bestOf({ a: missing }, 1080)).rejects.toBe(missing);
    expect(await bestOf({ a: missing, b: sized(640, 360) }, 1080)).toBe('b');
  });

  test('none is, where none can be read, and the first one’s reason is told', async () => {
    const other = new AppError('probe_failed', 'it is a text');
    await expect(bestOf({ a: BROKEN, b: other }, 1080)).rejects.toBe(BROKEN);
  });

  test('nothing is concluded where a disk does not answer', async () => {
    const silent = new AppError('timeout', 'it does not answer');
    await expect(bestOf({ a: sized(854, 480), b: silent }, 1080)).rejects.toBe(silent);
  });
});
