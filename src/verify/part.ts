import { MediaClock, inMs } from './clock.ts';
import { ContinuityJudge } from './continuity.ts';
import type { TellFault } from './faults.ts';
import type { Packet } from './packets.ts';
import { ParameterSetJudge } from './parameter-sets.ts';
import { PcrJudge } from './pcr.ts';
import type { Pes } from './pes.ts';
import { PesReader } from './pes.ts';
import { PictureJudge } from './pictures.ts';
import type { ListedSegment } from './segment.ts';
import { nameOf } from './segment.ts';
import { SoundJudge } from './sound.ts';
import type { Span } from './spans.ts';
import { judgeSpans } from './spans.ts';
import type { Programme } from './tables.ts';
import { TablesJudge } from './tables.ts';

const MAX_SOUND_OFFSET_TICKS = 9000;

/** The segment that is being read, with what its pictures have told so far. */
interface OpenSegment {
  readonly segment: ListedSegment;
  readonly atSeconds: number;
  begun: boolean;
  firstTicks: number;
  lastTicks: number;
}

/** Judges what lies between two discontinuities: everything in it must run on as one. */
export class PartJudge {
  keyPictures = 0;
  readonly pictures: PictureJudge;
  readonly sound: SoundJudge;
  readonly parameterSets: ParameterSetJudge;
  private readonly clock: MediaClock;
  private readonly continuity: ContinuityJudge;
  private readonly tables: TablesJudge;
  private readonly pcr: PcrJudge;
  private readonly picturePes = new PesReader();
  private readonly soundPes = new PesReader();
  private readonly spans: Span[] = [];
  private open: OpenSegment | undefined;
  private hasSegments = false;
  /** The stream was running when reading began. */
  private isJoined = false;

  constructor(
    private readonly tell: TellFault,
    offsetSeconds: number,
  ) {
    this.clock = new MediaClock(offsetSeconds);
    this.continuity = new ContinuityJudge(tell);
    this.tables = new TablesJudge(tell);
    this.pcr = new PcrJudge(tell, this.clock);
    this.pictures = new PictureJudge(tell, this.clock);
    this.sound = new SoundJudge(tell, this.clock);
    this.parameterSets = new ParameterSetJudge(tell);
  }

  get programme(): Programme | undefined {
    return this.tables.programme;
  }

  /** Where in the media the judge is, in seconds since it began to read. */
  get position(): number {
    return this.clock.seconds();
  }

  /** Seconds of media since the judge began to read, up to the end of the last picture. */
  get seconds(): number {
    return this.clock.seconds(this.pictures.frameTicks());
  }

  beginSegment(segment: ListedSegment): void {
    this.hasSegments = true;
    this.open = { segment, atSeconds: this.position, begun: false, firstTicks: Infinity, lastTicks: -Infinity };
  }

  /** False for the lawful second copy of a packet, which a reader skips. */
  push(packet: Packet): boolean {
    const at = this.position;
    if (packet.transportError) this.tell('transport_error', 'a packet is marked as damaged on its way', at);
    if (!this.continuity.judge(packet, at)) return false;
    this.tables.push(packet, at);
    const programme = this.programme;
    if (programme === undefined) return true;
    if (packet.pid === programme.pcrPid) this.pcr.push(packet);
    if (packet.pid === programme.picture?.pid) this.pushPicture(packet);
    if (packet.pid === programme.sound?.pid) this.addSound(this.soundPes.push(packet, this.pcr.lastTicks));
    return true;
  }

  /** A segment holds whole pictures and sound frames, so what is being read ends with it. */
  endSegment(): void {
    this.flush();
    if (this.open === undefined) return;
    this.tables.endSegment(nameOf(this.open.segment), this.open.atSeconds);
    if (Number.isFinite(this.open.firstTicks)) this.spans.push(this.open);
    this.open = undefined;
  }

  /** `cut`: the source goes on after what was read. */
  end(cut: boolean): void {
    if (!this.hasSegments) {
      if (!cut) this.flush();
      this.tables.endSegment('the stream', this.position);
    }
    this.pictures.end(cut || !this.hasSegments);
    this.pcr.end(this.position);
    const frameTicks = this.pictures.frameTicks();
    if (frameTicks !== undefined) judgeSpans(this.spans, frameTicks, this.tell);
    this.judgeSoundOffset();
  }

  private flush(): void {
    this.addPicture(this.picturePes.end());
    this.addSound(this.soundPes.end());
  }

  private pushPicture(packet: Packet): void {
    if (packet.scrambled) this.tell('scrambled', 'the picture is scrambled and cannot be judged', this.position);
    if (
      this.open?.begun === false &&
      !packet.startsUnit &&
      !this.picturePes.isReading &&
      packet.payload !== undefined
    ) {
      this.open.begun = true;
      this.tell('segment_start', `${nameOf(this.open.segment)} begins in the middle of a picture`, this.position);
    }
    this.addPicture(this.picturePes.push(packet, this.pcr.lastTicks));
  }

  private addPicture(pes: Pes | undefined): void {
    if (pes === undefined) return;
    if (pes.flaw !== undefined) this.tell('pes_broken', `a PES packet of the picture ${pes.flaw}`, this.position);
    const codec = this.programme?.picture?.codec;
    const inspect = codec?.kind === 'picture' ? codec.inspect : undefined;
    const facts = inspect?.(pes.payload) ?? { key: pes.randomAccess, parameterSets: [] };
    if (facts.key) this.keyPictures++;
    // A stream that is joined in the middle: what comes before the first key picture cannot be complete.
    if (this.open === undefined && this.keyPictures === 0 && inspect !== undefined) {
      this.isJoined = true;
      return;
    }
    if (this.open?.begun === false) {
      this.open.begun = true;
      const fault = `${nameOf(this.open.segment)} does not begin with a key picture`;
      if (!facts.key) this.tell('segment_start', fault, this.position);
    }
    if (pes.pts === undefined || pes.dts === undefined) {
      this.tell('picture_untimed', 'a picture has no presentation time, so its step cannot be judged', this.position);
      return;
    }
    const dtsTicks = this.clock.unwrap(pes.dts);
    this.parameterSets.add(facts.parameterSets, this.position);
    const ptsTicks = this.clock.unwrap(pes.pts);
    this.clock.reach(ptsTicks);
    this.pictures.add({ ptsTicks, dtsTicks, pcrTicks: pes.pcrTicks });
    if (this.open === undefined) return;
    this.open.firstTicks = Math.min(this.open.firstTicks, ptsTicks);
    this.open.lastTicks = Math.max(this.open.lastTicks, ptsTicks);
  }

  private addSound(pes: Pes | undefined): void {
    if (pes === undefined) return;
    if (pes.flaw !== undefined) this.tell('pes_broken', `a PES packet of the sound ${pes.flaw}`, this.position);
    const codec = this.programme?.sound?.codec;
    const ptsTicks = pes.pts === undefined ? undefined : this.clock.unwrap(pes.pts);
    if (ptsTicks !== undefined) this.clock.reach(ptsTicks);
    if (codec?.kind === 'sound' && codec.adts) this.sound.add(pes.payload, ptsTicks, pes.pcrTicks);
  }

  private judgeSoundOffset(): void {
    const { firstTicks: picture } = this.pictures;
    const { firstTicks: sound } = this.sound;
    if (picture === undefined || sound === undefined) return;
    const off = sound - picture;
    // Where a stream is joined, sound naturally comes before the first key picture.
    if (Math.abs(off) <= MAX_SOUND_OFFSET_TICKS || (this.isJoined && off < 0)) return;
    const side = off > 0 ? 'after' : 'before';
    this.tell('sound_offset', `the sound begins ${inMs(off)} ${side} the picture`);
  }
}
