import { type Grid, pictureTicks, TICKS_PER_SECOND, TICKS_PER_SOUND_FRAME } from '../schedule/grid.ts';
import { REORDER_PICTURES } from '../schedule/sound-cut.ts';
import { COUNTER_VALUES, PICTURE_PID, SOUND_PID } from './mpegts.ts';
import { PacketWriter } from './packet-writer.ts';
import { packetsOf, type Pes, picturePes, soundPes } from './pes.ts';
import type { ReelPicture } from './reel-segment.ts';
import { SILENT_FRAME } from './silence.ts';
import type { SoundSlots } from './slots.ts';
import { TABLES } from './tables.ts';

/** The decoder's buffer: the clock reference runs this much before the decode time that it is sent with. */
const PCR_LEAD_TICKS = TICKS_PER_SECOND / 10;
const SOUND_FRAMES_PER_PES = 4;
/** Sound is sent this many frames before its time. */
const SOUND_LEAD_FRAMES = 4;
const TABLES_PER_SEGMENT = 16;

/** What is put on air as one segment. */
export interface SegmentContent {
  /** F pictures in decode order. */
  readonly pictures: readonly ReelPicture[];
  /** Sound frames for the slots, the first one first; too many are dropped, missing ones are silent. */
  readonly soundFrames: readonly Uint8Array[];
  readonly slots: SoundSlots;
}

interface Entry {
  readonly pid: number;
  readonly sendAt: number;
  readonly pes: Pes;
  packets: number;
}

/**
 * Writes segment n of a channel: the clock's time stamps, tables spread evenly, and on every PID a multiple of 16
 * packets counted from 0, so that segments join as plain bytes.
 */
export function spliceSegment(grid: Grid, segment: number, content: SegmentContent): Buffer {
  const pictures = pictureEntries(grid, segment, content.pictures);
  const sound = soundEntries(content);
  fillToCounterCycle(pictures);
  fillToCounterCycle(sound);
  const entries = [...pictures, ...sound].sort((a, b) => a.sendAt - b.sendAt || a.pid - b.pid);
  const packets = entries.reduce((sum, entry) => sum + entry.packets, TABLES_PER_SEGMENT * TABLES.length);
  const writer = new PacketWriter(packets);
  let tables = 0;
  let picture = 0;
  for (const entry of entries) {
    const due = 1 + Math.floor((picture * TABLES_PER_SEGMENT) / content.pictures.length);
    // Tables come first of all, then before the picture that is due; several at once at rates below 16 pictures.
    while (tables < Math.min(due, TABLES_PER_SEGMENT) && (tables === 0 || entry.pid === PICTURE_PID)) {
      for (const { pid, section } of TABLES) writer.writeSection(pid, section);
      tables++;
    }
    writer.writePes(entry.pid, entry.pes, entry.packets);
    if (entry.pid === PICTURE_PID) picture++;
  }
  return writer.finish();
}

function pictureEntries(grid: Grid, segment: number, pictures: readonly ReelPicture[]): Entry[] {
  const first = segment * grid.framesPerSegment;
  return pictures.map(({ place, data }, decodeOrder) => {
    const dts = pictureTicks(grid, first + decodeOrder - REORDER_PICTURES);
    const pts = pictureTicks(grid, first + place);
    const pes = picturePes(data, { pts, dts, pcr: dts - PCR_LEAD_TICKS, isKey: decodeOrder === 0 });
    return { pid: PICTURE_PID, sendAt: dts, pes, packets: packetsOf(pes) };
  });
}

function soundEntries({ soundFrames, slots }: SegmentContent): Entry[] {
  const frames = Array.from({ length: slots.until - slots.first }, (_, index) => soundFrames[index] ?? SILENT_FRAME);
  const entries: Entry[] = [];
  for (let at = 0; at < frames.length; at += SOUND_FRAMES_PER_PES) {
    const slot = slots.first + at;
    const pes = soundPes(frames.slice(at, at + SOUND_FRAMES_PER_PES), slot * TICKS_PER_SOUND_FRAME);
    const sendAt = (slot - SOUND_LEAD_FRAMES) * TICKS_PER_SOUND_FRAME;
    entries.push({ pid: SOUND_PID, sendAt, pes, packets: packetsOf(pes) });
  }
  return entries;
}

/**
 * A multiple of all counter values lets segments follow in any order. The largest PES packet takes the few packets more;
 * it has bytes enough to spread.
 */
function fillToCounterCycle(entries: readonly Entry[]): void {
  const total = entries.reduce((sum, entry) => sum + entry.packets, 0);
  const [first, ...others] = entries;
  if (first === undefined) return;
  const largest = others.reduce((best, entry) => (entry.pes.bytes > best.pes.bytes ? entry : best), first);
  largest.packets += (COUNTER_VALUES - (total % COUNTER_VALUES)) % COUNTER_VALUES;
}
