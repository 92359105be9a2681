const HEADER_SIZE = 7;
const SAMPLES_PER_BLOCK = 1024;
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
] as const;

export interface SoundFrame {
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: number;
  /** It began in an earlier PES packet, so this one's time stamp is not its own. */
  readonly carriedOver: boolean;
}

/** Finds the AAC frames in PES payloads by their ADTS headers; a frame may run on into the next payload. */
export class AdtsReader {
  private toSkip = 0;
  private rest: Buffer = Buffer.alloc(0);

  /** The frames that begin here, and how many bytes belong to none. */
  push(payload: Buffer): { frames: SoundFrame[]; strayBytes: number } {
    const carried = this.rest.length;
    const bytes = carried === 0 ? payload : Buffer.concat([this.rest, payload]);
    const frames: SoundFrame[] = [];
    let strayBytes = 0;
    let at = Math.min(this.toSkip, bytes.length);
    this.toSkip -= at;
    while (at + HEADER_SIZE <= bytes.length) {
      const header = readHeader(bytes, at);
      if (header === undefined) {
        at++;
        strayBytes++;
        continue;
      }
      frames.push({ ...header.frame, carriedOver: at < carried });
      this.toSkip = Math.max(0, at + header.length - bytes.length);
      at = Math.min(at + header.length, bytes.length);
    }
    this.rest = bytes.subarray(at);
    return { frames, strayBytes };
  }
}

function readHeader(bytes: Buffer, at: number): { frame: Omit<SoundFrame, 'carriedOver'>; length: number } | undefined {
  if ((bytes.readUInt16BE(at) & 0xfff6) !== 0xfff0) return undefined;
  const sampleRate = SAMPLE_RATES[(bytes.readUInt8(at + 2) >> 2) & 0x0f];
  const length = (bytes.readUInt32BE(at + 3) >>> 13) & 0x1fff;
  if (sampleRate === undefined || length < HEADER_SIZE) return undefined;
  const channels = ((bytes.readUInt8(at + 2) & 1) << 2) | (bytes.readUInt8(at + 3) >> 6);
  const blocks = (bytes.readUInt8(at + 6) & 3) + 1;
  return { frame: { sampleRate, channels, samples: blocks * SAMPLES_PER_BLOCK }, length };
}
