import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import type { ServedSidecar } from '../../src/cli/serve.ts';
import type { Surroundings } from '../../src/cli/run.ts';
import { run } from '../../src/cli/run.ts';
import { describeSettings } from '../../src/config/describe.ts';
import type { Settings } from '../../src/config.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { AppError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';

const URLS = {
  page: 'http://localhost:8765/',
  m3u: 'http://localhost:8765/channels.m3u',
  guide: 'http://localhost:8765/guide.xml',
  channels: [
    {
      number: '1',
      name: 'Test Card',
      ts: 'http://localhost:8765/stream/a.ts',
      hls: 'http://localhost:8765/stream/a/master.m3u8',
    },
  ],
};

/** Runs a command whose sidecar is asked to stop as soon as it is on air. */
async function sidecast(
  args: readonly string[],
  given: Partial<Surroundings> & { sidecar?: Partial<ServedSidecar> } = {},
) {
  const stopping = new AbortController();
  const seen = { out: '', err: '', steps: [] as string[], settings: undefined as Settings | undefined };
  const code = await run(args, {
    env: { PATH: process.env['PATH'] },
    print(text) {
      seen.out += text;
      if (text.includes('On air')) stopping.abort();
    },
    printError: (text) => (seen.err += text),
    signal: stopping.signal,
    clock: systemClock(),
    lanAddress: () => '192.168.1.20',
    createLogger: async () => silentLogger,
    async createSidecar({ settings }) {
      seen.settings = settings;
      return {
        start: async () => void seen.steps.push('start'),
        stop: async () => void seen.steps.push('stop'),
        urls: () => URLS,
        onFirstChannels: Promise.resolve(),
        newApiKey: undefined,
        ...given.sidecar,
      };
    },
    judge: async () => ({ text: 'all is well', faults: 0 }),
    isTerminal: false,
    openDoctor: () => Promise.reject(new Error('not for this')),
    ownKey: async () => undefined,
    openChannelDesk: async () => Promise.reject(new AppError('data_folder_in_use', 'in use')),
    openLibraryDesk: async () => Promise.reject(new AppError('data_folder_in_use', 'in use')),
    ...given,
  });
  return { code, ...seen };
}

describe('on air', () => {
  it.each([[[]], [['serve']]])('%j serves until it is asked to stop', async (args) => {
    const { code, out, steps } = await sidecast(args);
    expect({ code, steps }).toEqual({ code: 0, steps: ['start', 'stop'] });
    expect(out).toMatch(/Stopping…\n$/);
  });

  test('a key that was made just now is printed, with where it is kept', async () => {
    const key = 'a-key-that-was-made-now';
    const { out } = await sidecast(['--data-dir', '/srv/sidecast'], { sidecar: { newApiKey: key } });
    expect(out).toContain(`log in with it:\n\n  ${key}\n`);
    expect(out).toContain('/srv/sidecast/api-key');
    expect((await sidecast([])).out).not.toContain('key');
  });

  test('the first address printed is the one for VLC, with the address of the house', async () => {
    const { out } = await sidecast([]);
    expect(out.match(/http\S+/g)).toEqual([
      'http://192.168.1.20:8765/channels.m3u',
      'http://192.168.1.20:8765/',
      'http://192.168.1.20:8765/guide.xml',
      'http://localhost:8765/channels.m3u',
      'http://localhost:8765/',
      'http://192.168.1.20:8765/stream/a.ts',
      'http://192.168.1.20:8765/stream/a/master.m3u8',
    ]);
  });

  test('options are settings, before and behind the command', async () => {
    const { settings } = await sidecast(['--port', '1', 'serve', '--library', 'folder:/a', '--library', 'folder:/b']);
    expect(settings).toMatchObject({ port: 1, library: [{ path: '/a' }, { path: '/b' }] });
  });

  test('a settings file is read, named by option or by variable', async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'cli-')), 'settings.yaml');
    await writeFile(file, 'port: 4000\n');
    expect((await sidecast(['--config', file])).settings).toMatchObject({ port: 4000 });
    expect((await sidecast([], { env: { SIDECAST_CONFIG: file } })).settings).toMatchObject({ port: 4000 });
  });

  test('a failed start is stopped too, and told with its code', async () => {
    const steps: string[] = [];
    const { code, err } = await sidecast([], {
      sidecar: {
        start: () => Promise.reject(new AppError('port_in_use', 'port 8765 is in use; set SIDECAST_PORT')),
        stop: async () => void steps.push('stop'),
      },
    });
    expect({ code, err, steps }).toEqual({
      code: 3,
      err: 'sidecast: port 8765 is in use; set SIDECAST_PORT (port_in_use)\n',
      steps: ['stop'],
    });
  });

  test('a stop that takes too long is cut off after eight seconds', async () => {
    const clock = {
      elapsed: () => 0,
      now: () => 0,
      after: (delayMs: number, action: () => void) => (delays.push(delayMs), action(), { cancel() {} }),
    };
    const delays: number[] = [];
    const { code } = await sidecast([], { clock, sidecar: { stop: () => new Promise(() => {}) } });
    expect({ code, delays }).toEqual({ code: 1, delays: [8000] });
  });

  test('asked to stop before it is up, it stops', async () => {
    const { code, out } = await sidecast([], {
      signal: AbortSignal.abort(),
      sidecar: { start: () => new Promise(() => {}) },
    });
    expect({ code, out }).toEqual({ code: 0, out: '\nStopping…\n' });
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown option', ['--colour', 'red'], /unknown option '--colour'/],
    ['an unknown command', ['broadcast'], /too many arguments/],
    ['a wrong setting', ['--port', 'x'], /--port is "x"; allowed: a whole number/],
    ['a settings file that is not there', ['--config', '/no/such.yaml'], /\/no\/such.yaml cannot be read/],
    ['a source that is missing', ['verify'], /missing required argument 'source'/],
    ['a wrong number of seconds', ['verify', 'x.ts', '--seconds', 'some'], /--seconds is "some"/],
  ])('%s exits with 2 and says so', async (_, args, words) => {
    const { code, err, steps } = await sidecast(args);
    expect({ code, steps }).toEqual({ code: 2, steps: [] });
    expect(err).toMatch(words);
  });
});

test('the help lists every setting and the exit codes', async () => {
  const { code, out } = await sidecast(['--help']);
  expect(code).toBe(0);
  for (const { option, isOnCommandLine } of describeSettings()) {
    expect(out.includes(`${option} <`)).toBe(isOnCommandLine);
  }
  expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /);
});

test('the version is the package’s', async () => {
  expect(await sidecast(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe('verify', () => {
  it.each([
    ['nothing to complain of', 0, 0],
    ['faults', 3, 1],
  ])('exits according to %s', async (_, faults, expected) => {
    const asked: unknown[] = [];
    const { code, out, err } = await sidecast(['verify', 'http://tv/a.m3u8', '--seconds', '12'], {
      judge: async (source, { seconds, onProgress }) => {
        asked.push(source, seconds);
        onProgress('3 of 12 s');
        return { text: 'the report', faults };
      },
    });
    expect({ code, out, err, asked }).toEqual({
      code: expected,
      out: 'the report\n',
      err: '3 of 12 s\n',
      asked: ['http://tv/a.m3u8', 12],
    });
  });

  test('without ffmpeg exits with 3', async () => {
    expect(await sidecast(['verify', 'x.ts', '--ffmpeg-path', '/no/ffmpeg'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('ffmpeg not found in PATH'),
    });
  });
});

describe('an error without a code', () => {
  const broken = { createSidecar: () => Promise.reject(new TypeError('x is undefined')) };

  test('is a sentence', async () => {
    expect(await sidecast([], broken)).toMatchObject({ code: 1, err: 'sidecast: x is undefined\n' });
  });

  test('tells where it came from while debugging', async () => {
    const { err } = await sidecast(['--log-level', 'debug'], broken);
    expect(err).toContain('run.test.ts');
  });
});
