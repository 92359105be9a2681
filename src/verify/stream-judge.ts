import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { DecoderFeed } from './decoder-feed.ts';
import type { TellFault } from './faults.ts';
import { PacketReader } from './packets.ts';
import { PartJudge } from './part.ts';
import type { Facts } from './report.ts';
import { noFacts } from './report.ts';
import type { ListedSegment } from './segment.ts';
import { nameOf } from './segment.ts';

/** The bytes between two discontinuities, kept for the decoder. */
interface PartFile {
  readonly path: string;
  readonly atSeconds: number;
}

/** Reads media part by part: judges the packets, and writes the bytes through to a file for the decoder. */
export class StreamJudge implements AsyncDisposable {
  readonly files: PartFile[] = [];
  private facts: Facts = noFacts;
  private readonly parameterSets = new Set<string>();
  private current: { readonly part: PartJudge; readonly file: FileHandle } | undefined;

  constructor(
    private readonly folder: string,
    private readonly tell: TellFault,
  ) {}

  /** Seconds of media that were read. */
  get seconds(): number {
    return this.current?.part.seconds ?? this.facts.seconds;
  }

  async readSegment(segment: ListedSegment, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    if (segment.discontinuity && this.current !== undefined) {
      await this.endPart();
      this.add({ discontinuities: 1 });
    }
    const { part, file } = await this.beginPart();
    const reader = this.packetReader(` of ${nameOf(segment)}`);
    part.beginSegment(segment);
    for await (const chunk of bytes) {
      const packets = reader.push(chunk);
      const kept = packets.filter((packet) => part.push(packet));
      this.add({ bytes: chunk.length, packets: packets.length });
      await file.appendFile(Buffer.concat(kept.map((packet) => packet.bytes)));
    }
    reader.end();
    part.endSegment();
    this.add({ segments: 1 });
  }

  /** Reads a stream that has no segments, to its end or until `limitSeconds` of it were read. */
  async readContinuous(
    bytes: AsyncIterable<Uint8Array>,
    { limitSeconds, onChunk }: { limitSeconds: number; onChunk: () => void },
  ): Promise<void> {
    const { part, file } = await this.beginPart();
    const reader = this.packetReader('');
    const feed = new DecoderFeed();
    for await (const chunk of bytes) {
      const kept: Buffer[] = [];
      const packets = reader.push(chunk);
      for (const packet of packets) {
        const isRead = part.push(packet);
        if (part.position >= limitSeconds) feed.close();
        if (isRead && feed.keeps(packet, part.programme)) kept.push(packet.bytes);
        if (feed.isDone(part.programme)) break;
      }
      this.add({ bytes: chunk.length, packets: packets.length });
      await file.appendFile(Buffer.concat(kept));
      onChunk();
      if (feed.isDone(part.programme)) return this.endPart({ cut: true });
    }
    reader.end();
    await this.endPart();
  }

  /** `cut`: the media goes on after what was read. */
  async endPart({ cut }: { cut: boolean } = { cut: false }): Promise<void> {
    if (this.current === undefined) return;
    const { part, file } = this.current;
    this.current = undefined;
    await file.close();
    part.end(cut);
    for (const key of part.parameterSets.keys()) this.parameterSets.add(key);
    const frameTicks = part.pictures.frameTicks();
    const { programme } = part;
    this.add({
      pictures: part.pictures.count,
      keyPictures: part.keyPictures,
      soundFrames: part.sound.count,
      ...(frameTicks === undefined ? {} : { framesPerSecond: 90_000 / frameTicks }),
      ...(part.sound.sampleRate === undefined ? {} : { sampleRate: part.sound.sampleRate }),
      ...(programme?.picture === undefined ? {} : { pictureCodec: programme.picture.codec.name }),
      ...(programme?.sound === undefined ? {} : { soundCodec: programme.sound.codec.name }),
    });
    this.facts = { ...this.facts, seconds: part.seconds, parameterSets: this.parameterSets.size };
  }

  async end(): Promise<Facts> {
    await this.endPart();
    return this.facts;
  }

  /** Lets go of the file when reading was broken off. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.current?.file.close();
    this.current = undefined;
  }

  private async beginPart(): Promise<{ part: PartJudge; file: FileHandle }> {
    if (this.current !== undefined) return this.current;
    const atSeconds = this.facts.seconds;
    const file = path.join(this.folder, `part-${this.files.length}.ts`);
    this.files.push({ path: file, atSeconds });
    this.current = { part: new PartJudge(this.tell, atSeconds), file: await open(file, 'w') };
    return this.current;
  }

  private packetReader(where: string): PacketReader {
    return new PacketReader((position, skipped) => {
      const what = `no packet of 188 bytes begins at byte ${position}${where}: ${skipped} bytes are skipped`;
      this.tell('sync_lost', what, this.seconds);
    });
  }

  /** Adds counts up; what is not a count (rates, names) is taken over. */
  private add(more: Partial<Facts>): void {
    const { facts } = this;
    this.facts = {
      ...facts,
      ...more,
      bytes: facts.bytes + (more.bytes ?? 0),
      packets: facts.packets + (more.packets ?? 0),
      pictures: facts.pictures + (more.pictures ?? 0),
      keyPictures: facts.keyPictures + (more.keyPictures ?? 0),
      soundFrames: facts.soundFrames + (more.soundFrames ?? 0),
      segments: facts.segments + (more.segments ?? 0),
      discontinuities: facts.discontinuities + (more.discontinuities ?? 0),
    };
  }
}
