import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HlsPlayer } from '../support/hls-player.ts';
import { makeLibrary } from '../support/library.ts';
import { ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

/** The streaming engine's contract, by the file that keeps it. */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  'ffmpeg/version.ts': ['checkFFmpegInstalled'],
  'ffmpeg/hardware.ts': ['detectHardwareEncoders', 'validateHardwareAccel', 'selectBestEncoder'],
  'ffmpeg/hls-command.ts': ['buildHLSCommand'],
  'ffmpeg/quality.ts': ['getResolutionForQuality', 'getBandwidthForQuality'],
  'ffmpeg/process.ts': ['launchFFmpeg', 'terminateProcess'],
  'ffmpeg/output.ts': ['captureFFmpegOutput'],
  'segments/paths.ts': ['getOutputPath', 'getSegmentPattern', 'getPlaylistFilename'],
  'segments/discovery.ts': ['discoverSegments'],
  'segments/cleanup.ts': ['createSegmentDirectories', 'cleanupSegments', 'cleanupOrphanedDirectories'],
  'playlist/master-playlist.ts': ['generateMasterPlaylist'],
  'playlist/media-playlist.ts': ['generateMediaPlaylist'],
  'playlist/writer.ts': ['writePlaylistAtomic'],
  'playlist/validate.ts': ['validateMasterPlaylist', 'validateMediaPlaylist'],
  'stream/session/state.ts': ['isStreamState', 'canTransitionTo', 'transition'],
  'stream/session/session.ts': [
    ...['incrementClients', 'decrementClients', 'getClientCount', 'isActive'],
    ...['getState', 'setState', 'setQualities', 'getQualities'],
    ...['incrementErrorCount', 'getErrorCount', 'setLastError', 'getLastError', 'resetErrors'],
    ...['updateLastAccess', 'getLastAccessTime', 'idleDurationMs', 'shouldCleanup'],
    ...['setFFmpegPID', 'getFFmpegPID', 'setSegmentPath', 'getSegmentPath', 'setOutputDir', 'getOutputDir', 'toJSON'],
  ],
  'stream/session/session-manager.ts': ['get', 'set', 'delete', 'list', 'getAll'],
  'stream/stream-manager.ts': [
    ...['start', 'stop', 'startStream', 'stopStream', 'getStream', 'registerClient', 'unregisterClient'],
  ],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reached-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a sidecar driven through HTTP, the command line and files reaches the whole contract', async () => {
  const [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25', 'mp4At24'])]);
  const coverage = path.join(folder, 'coverage');
  const env = {
    SIDECAST_HARDWARE_ACCEL: 'auto',
    SIDECAST_GRACE_PERIOD_SECONDS: '1',
    SIDECAST_CLEANUP_INTERVAL_SECONDS: '1',
    NODE_V8_COVERAGE: coverage,
  };
  {
    // Leaves the tree of a stream and a run behind, for the next one to end.
    const slow = await ScriptedFFmpeg.make(folder, 'in real time');
    await using killed = await SidecarProcess.start({ main, folder, library, env: { ...env, ...slow.env } });
    using tuner = new TsViewer(`${killed.url}/stream/${(await killed.channel()).id}.ts`);
    await tuner.watches();
    await until('a long run is in progress', async () =>
      (await slow.runs()).some(({ from, until: end }) => end - from > 100),
    );
    killed.signal('SIGKILL');
    await killed.exited;
  }
  await using sidecar = await SidecarProcess.start({ main, folder, library, env });
  const { id } = await sidecar.channel();
  const stream = `/api/streams/${id}`;
  await until('what was left behind is swept', async () => !(await readdir(path.join(folder, 'streams'))).includes(id));
  await tuneIn(sidecar, id);
  expect(await sidecar.status(stream)).toBe(200);
  expect(await sidecar.status('/api/streams?state=active')).toBe(200);
  await until('the stream has ended by itself', async () => (await sidecar.streams()).length === 0);
  expect(await sidecar.status(stream, { method: 'POST' })).toBe(201);
  expect(await sidecar.status(stream, { method: 'DELETE' })).toBe(204);
  await failAndRecover(sidecar, id);
  expect(await sidecar.stop()).toBe(0);

  expect(notReached(await calledIn(coverage))).toEqual([]);
});

async function tuneIn(sidecar: SidecarProcess, id: string): Promise<void> {
  using tuner = new TsViewer(`${sidecar.url}/stream/${id}.ts`);
  await tuner.watches();
  expect(await sidecar.status(`/stream/${id}/master.m3u8`)).toBe(200);
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`);
  await player.playUntil('some segments were played', ({ played }) => played.length > 3);
}

/** The tree cannot be written for a while: the stream fails, is tried again, and goes on. */
async function failAndRecover(sidecar: SidecarProcess, id: string): Promise<void> {
  using tuner = new TsViewer(`${sidecar.url}/stream/${id}.ts`);
  await tuner.watches();
  const writing = path.join(folder, 'streams', '.writing');
  // Even to root a folder that is a file is not writable.
  await until('a file stands in its place', async () => {
    await rm(writing, { recursive: true, force: true });
    return writeFile(writing, '').then(
      () => true,
      () => false,
    );
  });
  await until('the stream has failed', async () => (await sidecar.streams())[0]?.state === 'failed');
  await rm(writing);
  await until('the stream is active again', async () => {
    await pause(100);
    return (await sidecar.streams())[0]?.state === 'active';
  });
}

/** "file function" for each of the program's functions, and how often it was called. */
async function calledIn(coverage: string): Promise<Map<string, number>> {
  const called = new Map<string, number>();
  for (const name of await readdir(coverage)) {
    const report = JSON.parse(await readFile(path.join(coverage, name), 'utf8')) as Coverage;
    for (const { url, functions } of report.result) {
      const bundled = report['source-map-cache']?.[url];
      if (bundled === undefined) continue;
      const fileAt = sourcesOf(bundled);
      for (const { functionName, ranges } of functions) {
        const [{ startOffset, count }] = ranges;
        // Where two files of a bundle have the same name for something, the second one's gets a number.
        const key = `${fileAt(startOffset)} ${functionName.replace(/\d+$/, '')}`;
        called.set(key, (called.get(key) ?? 0) + count);
      }
    }
  }
  return called;
}

/** Which file of src stands at a place of a bundle. */
function sourcesOf({ data, lineLengths }: Bundled): (offset: number) => string | undefined {
  const map = new SourceMap(data);
  const starts = [0];
  for (const length of lineLengths) starts.push(starts.at(-1)! + length + 1);
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    const entry = map.findEntry(line, offset - starts[line]!);
    return 'originalSource' in entry ? /^.*\/src\/(?!.*node_modules)(.*)$/.exec(entry.originalSource)?.[1] : undefined;
  };
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly [{ readonly startOffset: number; readonly count: number }];
    }[];
  }[];
  readonly 'source-map-cache'?: Readonly<Record<string, Bundled>>;
}

/** A file that was made of others. */
interface Bundled {
  readonly data: SourceMapPayload;
  readonly lineLengths: readonly number[];
}

function notReached(called: ReadonlyMap<string, number>): string[] {
  const contract = Object.entries(CONTRACT).flatMap(([file, names]) => names.map((name) => `${file} ${name}`));
  return contract.filter((key) => (called.get(key) ?? 0) === 0);
}
