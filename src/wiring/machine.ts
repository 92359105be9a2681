import { lockDataFolder } from '../catalog/data-lock.ts';
import { resolveStreamsDir } from '../config/streams-dir.ts';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { canToneMap } from '../ffmpeg/filters.ts';
import { type FFmpegPrograms, locateFFmpeg } from '../ffmpeg/locate.ts';
import { chooseEncoder } from '../reels/choose-encoder.ts';
import { runLauncher } from '../reels/launch-run.ts';
import type { MachineTools } from '../reels/machine.ts';
import { runsDirectoryOf } from '../reels/reel-store.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { requireWritable } from '../shared/writable-folder.ts';
import type { Common } from './parts.ts';

/** Where a sidecar works: its ffmpeg, and the folders that are its alone. */
export interface Place extends FFmpegPrograms {
  readonly streamsDirectory: string;
}

/** What this machine brings along. */
export interface Machine extends Place {
  readonly encoder: EncoderFamily;
  readonly canToneMap: boolean;
  /** To measure with. What fails while an encoder is tried out is no news. */
  readonly measuring: MachineTools & { readonly logger: Logger };
}

/** Finds ffmpeg, and takes the folders for this sidecar alone. Throws what is missing. */
export async function openPlace({ settings, closers }: Common): Promise<Place> {
  const programs = await locateFFmpeg(settings);
  const streamsDirectory = await resolveStreamsDir(settings);
  await requireWritable(settings.dataDir, 'data', 'SIDECAST_DATA_DIR');
  await requireWritable(settings.reelsDir, 'reels', 'SIDECAST_REELS_DIR');
  await requireWritable(streamsDirectory, 'streams', 'SIDECAST_STREAMS_DIR');
  const lock = await lockDataFolder(settings.dataDir);
  closers.add(() => lock.release());
  return { ...programs, streamsDirectory };
}

/** Tries out what encodes here; `invalid_hardware_accel` where what is set does not work. */
export async function openMachine({ settings, logger }: Common, place: Place): Promise<Machine> {
  const { ffmpegPath } = place;
  const measuring = {
    launch: runLauncher(ffmpegPath, silentLogger),
    preset: settings.preset,
    runsDirectory: runsDirectoryOf(settings.reelsDir),
    now: () => performance.now(),
    logger,
  };
  // Each asks an ffmpeg of its own, and players of a sidecar that was cut off are waiting.
  const [encoder, toneMaps] = await Promise.all([
    chooseEncoder(settings.hardwareAccel, { ...measuring, ffmpegPath }),
    canToneMap(ffmpegPath),
  ]);
  return { ...place, measuring, encoder, canToneMap: toneMaps };
}
