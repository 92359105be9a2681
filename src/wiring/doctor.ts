import { tmpdir } from 'node:os';
import { detectHardwareEncoders } from '../ffmpeg/hardware.ts';
import { canToneMap } from '../ffmpeg/filters.ts';
import { type FFmpegPrograms, locateFFmpeg } from '../ffmpeg/locate.ts';
import { type EncoderFamily, ENCODERS } from '../ffmpeg/encoders.ts';
import { QUALITY_480P, type Quality } from '../ffmpeg/quality.ts';
import type { Settings } from '../config.ts';
import { resolveStreamsDir } from '../config/streams-dir.ts';
import { checkFFmpeg, judgeSpeed, type Measured } from '../doctor/checks/ffmpeg.ts';
import { checkFolders } from '../doctor/checks/folders.ts';
import { checkHardware } from '../doctor/checks/hardware.ts';
import { checkLibraries } from '../doctor/checks/libraries.ts';
import { checkPorts, type WantedPort } from '../doctor/checks/ports.ts';
import { type Check, type Finding, fine, untried } from '../doctor/finding.ts';
import { chooseEncoder } from '../reels/choose-encoder.ts';
import { runLauncher } from '../reels/launch-run.ts';
import { measureSpeed } from '../reels/machine.ts';
import { systemClock } from '../shared/clock.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { HDHOMERUN_PORT } from '../tuner/responders/hdhomerun.ts';
import { ownHeaders } from './access.ts';
import { type CreateSidecar, sidecarAtWork, startTrial, type Visit } from './doctor-visit.ts';
import { sidecarChecks } from './doctor-sidecar.ts';
import { namedSources } from './sources.ts';

/** Long enough that two segments must join, and that starting ffmpeg does not count for much. */
const MEASURED_SEGMENTS = 3;

export interface DoctorOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly createSidecar: CreateSidecar;
  /** Under which other machines know this one. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/** The checks of the whole way, in the order in which one thing needs the other. */
export interface Doctor extends AsyncDisposable {
  readonly checks: readonly Check[];
}

/** Looks at a sidecar that is at work; where none is, at one that is started for it on a copy of what is kept. */
export function openDoctor(options: DoctorOptions): Doctor {
  const { settings, logger } = options;
  let programs: FFmpegPrograms | undefined;
  let atWork: string | undefined;
  let isPortFree = false;
  let visit: Visit | undefined;
  const measuring = (ffmpegPath: string) => ({
    launch: runLauncher(ffmpegPath, silentLogger),
    preset: settings.preset,
    // Beside the reels, which are another's while a sidecar is at work.
    runsDirectory: tmpdir(),
    now: () => performance.now(),
  });
  const develop = async (quality: Quality, method: EncoderFamily): Promise<Measured> => {
    const { ffmpegPath } = programs ?? (await locateFFmpeg(settings));
    return measureSpeed(quality, method, MEASURED_SEGMENTS, measuring(ffmpegPath));
  };
  const needingFFmpeg = (run: (found: FFmpegPrograms) => Promise<readonly Finding[]>) => async () =>
    programs === undefined ? [untried('there is no ffmpeg to try it with')] : run(programs);

  const machine: readonly Check[] = [
    {
      name: 'ffmpeg',
      run: () =>
        checkFFmpeg(
          async () => {
            programs = await locateFFmpeg(settings);
            return { ...programs, canToneMap: await canToneMap(programs.ffmpegPath) };
          },
          () => develop(QUALITY_480P, 'none'),
        ),
    },
    {
      name: 'hardware',
      run: needingFFmpeg(({ ffmpegPath }) =>
        checkHardware({
          setting: settings.hardwareAccel,
          listed: () => detectHardwareEncoders({ ffmpegPath }),
          develop: async (method) => (isFamily(method) ? develop(QUALITY_480P, method) : { problem: 'unknown here' }),
        }),
      ),
    },
    {
      name: 'speed',
      run: needingFFmpeg(async ({ ffmpegPath }) => {
        const lowest = settings.qualities.at(-1) ?? QUALITY_480P;
        const encoder = await chooseEncoder(settings.hardwareAccel, { ...measuring(ffmpegPath), ffmpegPath, logger });
        return [judgeSpeed(lowest, ENCODERS[encoder].codec, await develop(lowest, encoder))];
      }),
    },
    { name: 'folder', run: async () => checkFolders(await ownFolders(settings), settings.minFreeDiskMb) },
    { name: 'library', run: async () => lookAtLibraries(options) },
    {
      name: 'port',
      run: async () => {
        atWork = await sidecarAtWork(settings);
        if (atWork !== undefined) return [fine('the sidecar at work has its ports')];
        const findings = await checkPorts(settings.host, wantedPorts(settings));
        isPortFree = findings[0]?.kind === 'fine';
        return findings;
      },
    },
    {
      name: 'sidecar',
      run: async () => {
        visit =
          atWork === undefined
            ? await startTrial(settings, { createSidecar: options.createSidecar, port: isPortFree ? settings.port : 0 })
            : { url: atWork, headers: await ownHeaders(settings), isTrial: false, async [Symbol.asyncDispose]() {} };
        return [fine(visit.isTrial ? 'none is at work; one starts, on a copy of the data' : `at work at ${visit.url}`)];
      },
    },
  ];
  const { host, signal } = options;
  return {
    checks: [
      ...machine,
      ...sidecarChecks({ settings, host, signal, visit: () => visit, ffmpegPath: () => programs?.ffmpegPath }),
    ],
    async [Symbol.asyncDispose]() {
      await visit?.[Symbol.asyncDispose]();
    },
  };
}

function isFamily(method: string): method is EncoderFamily {
  return Object.hasOwn(ENCODERS, method);
}

async function ownFolders(settings: Settings) {
  const { dataDir, reelsDir } = settings;
  return [
    { what: 'data', folder: dataDir, setting: 'SIDECAST_DATA_DIR' },
    { what: 'reels', folder: reelsDir, setting: 'SIDECAST_REELS_DIR' },
    { what: 'streams', folder: await resolveStreamsDir(settings), setting: 'SIDECAST_STREAMS_DIR' },
  ] as const;
}

/** Without a library of its own, a sidecar makes one. */
async function lookAtLibraries({ settings, logger }: DoctorOptions): Promise<readonly Finding[]> {
  if (settings.library.length === 0) return [fine('none is named; a small demo library is made')];
  const named = namedSources(settings, { logger, clock: systemClock() });
  return checkLibraries(
    named.map(({ source }) => ({
      id: source.id,
      async look() {
        await using reading = await source.open();
        for await (const batch of reading.items()) if (batch.length > 0) break;
        return `can be read (${reading.schema})`;
      },
    })),
  );
}

/** The main one first. */
function wantedPorts({ port, hdhomerunDevices, hdhomerunDiscovery }: Settings): readonly WantedPort[] {
  return [
    { transport: 'tcp', port, setting: 'SIDECAST_PORT' },
    ...hdhomerunDevices.map((device): WantedPort => {
      return { transport: 'tcp', port: device.port, setting: 'SIDECAST_HDHOMERUN_DEVICES' };
    }),
    ...(hdhomerunDiscovery === 'off'
      ? []
      : [{ transport: 'udp', port: HDHOMERUN_PORT, setting: 'SIDECAST_HDHOMERUN_DISCOVERY' } as const]),
  ];
}
