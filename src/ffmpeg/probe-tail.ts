import { declaredEnd } from './declared-end.ts';
import type { ProbeReport, ReportStream } from './probe-report.ts';

/** Runs ffprobe over the file with these options and answers with what it printed. */
export type AskFfprobe = (options: readonly string[]) => Promise<string>;

/** How far before the end its last packets are looked for; further back where the picture ends before the sound. */
const LOOK_BACK_SECONDS = [15, 120];

/** From the headers where they are exact to the frame, else from the file's last packets or pictures. */
export async function streamEnds(
  report: ProbeReport,
  picture: ReportStream,
  ask: AskFfprobe,
): Promise<Map<number, number>> {
  const ends = new Map<number, number>();
  for (const stream of report.streams) {
    const end = declaredEnd(stream, report);
    if (end !== undefined) ends.set(stream.index, end);
  }
  if (ends.has(picture.index)) return ends;
  const { start_time: start = 0, duration } = report.format;
  for (const back of duration === undefined ? [Infinity] : LOOK_BACK_SECONDS) {
    const interval = `${Math.max(start, start + (duration ?? 0) - back).toFixed(3)}%`;
    const tail = readTail(await ask([...TAIL_PACKETS, '-read_intervals', interval]));
    const isTimed = report.format.format_name !== 'avi' && !tail.untimed.has(picture.index);
    if (!isTimed) {
      const frames = readTail(await ask([...TAIL_FRAMES, '-read_intervals', interval]));
      for (const [index, end] of frames.ends) tail.ends.set(index, end);
    }
    if (!tail.ends.has(picture.index)) continue;
    return tail.ends;
  }
  return ends;
}

const TAIL_PACKETS = ['-show_entries', 'packet=stream_index,pts_time,duration_time', '-of', 'compact=p=0'];
/** Pictures, decoded: for containers that date packets by decoding order (AVI) or not each of them (MPEG-PS). */
const TAIL_FRAMES = [
  ...['-select_streams', 'V:0', '-of', 'compact=p=0'],
  ...['-show_entries', 'frame=stream_index,best_effort_timestamp_time,pkt_duration_time,duration_time'],
];

/** Where each stream ends in these rows, and which streams have rows without a time. */
function readTail(rows: string): { ends: Map<number, number>; untimed: Set<number> } {
  const ends = new Map<number, number>();
  const untimed = new Set<number>();
  for (const row of rows.split('\n')) {
    const fields = new Map(row.split('|').map((pair) => splitPair(pair)));
    const index = fields.get('stream_index');
    if (index === undefined) continue;
    const time = fields.get('pts_time') ?? fields.get('best_effort_timestamp_time');
    if (time === undefined) untimed.add(index);
    // The decoder's last pictures come without a time: they follow one another.
    const begin = time ?? ends.get(index) ?? -Infinity;
    const end = begin + (fields.get('duration_time') ?? fields.get('pkt_duration_time') ?? 0);
    if (end > (ends.get(index) ?? -Infinity)) ends.set(index, end);
  }
  return { ends, untimed };
}

function splitPair(pair: string): [name: string, value: number | undefined] {
  const [name = '', text = ''] = pair.split('=');
  return [name, text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)];
}
