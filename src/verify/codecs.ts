import { inspectH264, type PictureFacts } from './h264.ts';

export type Codec =
  | { readonly kind: 'picture'; readonly name: string; readonly inspect?: (payload: Buffer) => PictureFacts }
  | { readonly kind: 'sound'; readonly name: string; readonly adts: boolean };

/** Stream types of the PMT. Without `inspect` a key picture is what the random access indicator says. */
const CODECS: Readonly<Record<number, Codec>> = {
  0x01: { kind: 'picture', name: 'MPEG-1' },
  0x02: { kind: 'picture', name: 'MPEG-2' },
  0x10: { kind: 'picture', name: 'MPEG-4' },
  0x1b: { kind: 'picture', name: 'H.264', inspect: inspectH264 },
  0x24: { kind: 'picture', name: 'HEVC' },
  0x03: { kind: 'sound', name: 'MPEG-1 audio', adts: false },
  0x04: { kind: 'sound', name: 'MPEG-2 audio', adts: false },
  0x0f: { kind: 'sound', name: 'AAC', adts: true },
  0x11: { kind: 'sound', name: 'AAC (LATM)', adts: false },
  0x81: { kind: 'sound', name: 'AC-3', adts: false },
  0x87: { kind: 'sound', name: 'E-AC-3', adts: false },
};

export function codecOf(streamType: number): Codec | undefined {
  return CODECS[streamType];
}
