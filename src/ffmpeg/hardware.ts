import { AppError } from '../shared/errors.ts';
import { askFFmpeg, type AskOptions } from './ask.ts';
import { ENCODERS } from './encoders.ts';

export const HARDWARE_ACCEL_NONE = 'none' as const;
export const HARDWARE_ACCEL_NVENC = 'nvenc' as const;
export const HARDWARE_ACCEL_QSV = 'qsv' as const;
export const HARDWARE_ACCEL_VAAPI = 'vaapi' as const;
export const HARDWARE_ACCEL_VIDEOTOOLBOX = 'videotoolbox' as const;
export const HARDWARE_ACCEL_AUTO = 'auto' as const;

/** Best first. */
const BY_PRIORITY = [
  HARDWARE_ACCEL_NVENC,
  HARDWARE_ACCEL_QSV,
  HARDWARE_ACCEL_VIDEOTOOLBOX,
  HARDWARE_ACCEL_VAAPI,
  HARDWARE_ACCEL_NONE,
] as const;

export const HARDWARE_ACCELS = [...BY_PRIORITY, HARDWARE_ACCEL_AUTO] as const;

/** How pictures are encoded: in software, on a device, or on the best one that works. */
export type HardwareAccel = (typeof HARDWARE_ACCELS)[number];

/** What `auto` may become. */
export type ConcreteHardwareAccel = Exclude<HardwareAccel, typeof HARDWARE_ACCEL_AUTO>;

export function isHardwareAccel(value: string): value is HardwareAccel {
  return HARDWARE_ACCELS.some((method) => method === value);
}

/** The methods that this ffmpeg was built with, best first. Whether a device is there, only an encode proves. */
export async function detectHardwareEncoders(options: AskOptions = {}): Promise<ConcreteHardwareAccel[]> {
  return parseEncoders(await askFFmpeg(['-hide_banner', '-encoders'], options));
}

/** The methods whose H.264 encoder is listed in the output of `ffmpeg -encoders`; always `none`, each once. */
export function parseEncoders(text: string): ConcreteHardwareAccel[] {
  const lines = text.split(/\r?\n/);
  // The legend above the rule has lines of the same shape.
  const rule = lines.findIndex((line) => /^\s*-+$/.test(line));
  const listed = new Set(rule < 0 ? [] : lines.slice(rule + 1).map(encoderName));
  return BY_PRIORITY.filter((method) => method === HARDWARE_ACCEL_NONE || listed.has(ENCODERS[method].codec));
}

/** Throws `invalid_hardware_accel` for an unknown method and for one that is not available; `auto` always is. */
export function validateHardwareAccel(method: string, available: readonly HardwareAccel[]): void {
  if (!isHardwareAccel(method)) {
    throw new AppError(
      'invalid_hardware_accel',
      `invalid hardware acceleration method "${method}"; use one of ${HARDWARE_ACCELS.join(', ')}`,
    );
  }
  if (method === HARDWARE_ACCEL_AUTO || available.includes(method)) return;
  throw new AppError(
    'invalid_hardware_accel',
    `invalid hardware acceleration method "${method}": not available here; use auto or one of ${available.join(', ')}`,
  );
}

/** nvenc before qsv, videotoolbox, vaapi; software when nothing else is there. */
export function selectBestEncoder(available: readonly HardwareAccel[]): ConcreteHardwareAccel {
  return BY_PRIORITY.find((method) => available.includes(method)) ?? HARDWARE_ACCEL_NONE;
}

/** ` V....D h264_nvenc   NVIDIA NVENC H.264 encoder`: a field of flags, a field with the name. */
function encoderName(line: string): string | undefined {
  return /^\s*V[A-Z.]{5}\s+(\S+)/.exec(line)?.[1];
}
