/** A whole section of a table, and whether its CRC holds. */
interface Section {
  readonly bytes: Buffer;
  readonly intact: boolean;
}

/** Puts the sections of one PID together (ISO/IEC 13818-1, 2.4.4). */
export class SectionReader {
  private rest: Buffer | undefined;

  push(payload: Buffer, startsUnit: boolean): Section[] {
    if (!startsUnit) {
      if (this.rest === undefined) return [];
      this.rest = Buffer.concat([this.rest, payload]);
      return this.take();
    }
    const begin = 1 + (payload[0] ?? 0);
    const ended = this.rest === undefined ? [] : this.finish(payload.subarray(1, begin));
    this.rest = payload.subarray(begin);
    return [...ended, ...this.take()];
  }

  private finish(tail: Buffer): Section[] {
    this.rest = Buffer.concat([this.rest ?? Buffer.alloc(0), tail]);
    return this.take();
  }

  private take(): Section[] {
    const sections: Section[] = [];
    while (this.rest !== undefined && this.rest.length >= 3) {
      if (this.rest[0] === 0xff) {
        this.rest = undefined;
        break;
      }
      const length = 3 + (this.rest.readUInt16BE(1) & 0xfff);
      if (this.rest.length < length) break;
      const bytes = this.rest.subarray(0, length);
      sections.push({ bytes, intact: crc32(bytes) === 0 });
      this.rest = this.rest.subarray(length);
    }
    return sections;
  }
}

/** The CRC of MPEG tables, most significant bit first; zero over a section that ends with its own. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
