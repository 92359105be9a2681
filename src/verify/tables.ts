import type { Codec } from './codecs.ts';
import { codecOf } from './codecs.ts';
import type { TellFault } from './faults.ts';
import type { Packet } from './packets.ts';
import { SectionReader } from './sections.ts';

export interface ElementaryStream {
  readonly pid: number;
  readonly codec: Codec;
}

/** The programme that is judged: the first one of the PAT, its first picture and its first sound. */
export interface Programme {
  readonly pmtPid: number;
  readonly pcrPid: number;
  readonly picture: ElementaryStream | undefined;
  readonly sound: ElementaryStream | undefined;
}

const PAT_PID = 0;
const PAT_TABLE = 0;
const PMT_TABLE = 2;

/** Reads PAT and PMT, and tells when they are missing, damaged or not what they were. */
export class TablesJudge {
  programme: Programme | undefined;
  private pmtPid: number | undefined;
  private seen = { pat: false, pmt: false };
  private readonly readers = new Map<number, SectionReader>();
  private readonly known = new Map<number, string>();

  constructor(private readonly tell: TellFault) {}

  push(packet: Packet, atSeconds: number): void {
    if (packet.payload === undefined || (packet.pid !== PAT_PID && packet.pid !== this.pmtPid)) return;
    const reader = this.readers.get(packet.pid) ?? new SectionReader();
    this.readers.set(packet.pid, reader);
    for (const section of reader.push(packet.payload, packet.startsUnit)) {
      const name = packet.pid === PAT_PID ? 'PAT' : 'PMT';
      if (!section.intact) this.tell('tables_crc', `the CRC of a ${name} is wrong: the table is damaged`, atSeconds);
      else this.read(name, section.bytes, atSeconds);
    }
  }

  /** A segment, or the source, ended: it must have had both tables of its own. */
  endSegment(where: string, atSeconds: number): void {
    if (!this.seen.pat) this.tell('pat_missing', `${where} holds no PAT`, atSeconds);
    if (!this.seen.pmt) this.tell('pmt_missing', `${where} holds no PMT`, atSeconds);
    this.seen = { pat: false, pmt: false };
  }

  private read(name: 'PAT' | 'PMT', section: Buffer, atSeconds: number): void {
    const table = section[0];
    if (table !== (name === 'PAT' ? PAT_TABLE : PMT_TABLE)) return;
    // Everything between the version and the CRC: a new version of the same content is no change.
    const content = section.subarray(6, -4).toString('hex');
    const before = this.known.get(table);
    if (before !== undefined && before !== content) {
      this.tell('tables_changed', `the ${name} changes without a discontinuity`, atSeconds);
    }
    this.known.set(table, content);
    if (name === 'PAT') {
      this.seen.pat = true;
      this.pmtPid = firstProgramme(section) ?? this.pmtPid;
    } else {
      this.seen.pmt = true;
      this.programme = parsePmt(section, this.pmtPid ?? 0);
    }
  }
}

function firstProgramme(section: Buffer): number | undefined {
  for (let at = 8; at + 4 <= section.length - 4; at += 4) {
    if (section.readUInt16BE(at) !== 0) return section.readUInt16BE(at + 2) & 0x1fff;
  }
  return undefined;
}

function parsePmt(section: Buffer, pmtPid: number): Programme {
  const end = section.length - 4;
  const streams: ElementaryStream[] = [];
  let at = 12 + (section.readUInt16BE(10) & 0xfff);
  while (at + 5 <= end) {
    const codec = codecOf(section.readUInt8(at));
    if (codec !== undefined) streams.push({ pid: section.readUInt16BE(at + 1) & 0x1fff, codec });
    at += 5 + (section.readUInt16BE(at + 3) & 0xfff);
  }
  return {
    pmtPid,
    pcrPid: section.readUInt16BE(8) & 0x1fff,
    picture: streams.find((stream) => stream.codec.kind === 'picture'),
    sound: streams.find((stream) => stream.codec.kind === 'sound'),
  };
}
