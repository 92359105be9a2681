import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { detectHardwareEncoders, selectBestEncoder, validateHardwareAccel } from '../ffmpeg/hardware.ts';
import type { Logger } from '../shared/logger.ts';
import { type MachineTools, provenEncoders } from './machine.ts';

/**
 * The encoder that a setting means on this machine: of those that ffmpeg lists, only one that has developed a real
 * reel segment is taken. A method that is set but does not work is `invalid_hardware_accel`.
 */
export async function chooseEncoder(
  setting: string,
  tools: MachineTools & { readonly logger: Logger; readonly ffmpegPath: string },
): Promise<EncoderFamily> {
  if (setting === 'none') return 'none';
  const listed = await detectHardwareEncoders({ ffmpegPath: tools.ffmpegPath });
  validateHardwareAccel(setting, listed);
  const candidates = listed.filter((method) => method !== 'none' && (setting === 'auto' || setting === method));
  const proven = [...(await provenEncoders(candidates, tools)), 'none' as const];
  if (setting !== 'auto') validateHardwareAccel(setting, proven);
  return selectBestEncoder(proven);
}
