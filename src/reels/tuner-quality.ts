import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { parseQuality, type Quality } from '../ffmpeg/quality.ts';
import type { Logger } from '../shared/logger.ts';
import { type MachineTools, measureTunerQuality } from './machine.ts';

/** Where a measurement is kept, so that it is made once. */
export interface Notebook {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** What tuners get on this machine: measured once for an ffmpeg, an encoder, a preset and the qualities offered. */
export async function knownTunerQuality(
  options: {
    readonly qualities: readonly Quality[];
    readonly encoder: EncoderFamily;
    readonly ffmpegVersion: string;
    readonly notebook: Notebook;
  } & MachineTools & { readonly logger: Logger },
): Promise<Quality> {
  const { qualities, encoder, ffmpegVersion, preset, notebook } = options;
  const key = `tuner quality ${ffmpegVersion} ${encoder} ${preset} ${qualities.join(' ')}`;
  const known = await notebook.get(key);
  if (known !== undefined) return parseQuality(known);
  const measured = await measureTunerQuality(qualities, encoder, options);
  await notebook.set(key, measured);
  return measured;
}
