import type { Fault } from './faults.ts';

/** What was read, in numbers. */
export interface Facts {
  /** Seconds of media. */
  readonly seconds: number;
  readonly bytes: number;
  readonly packets: number;
  readonly pictures: number;
  readonly keyPictures: number;
  /** The rate of the most common picture step. */
  readonly framesPerSecond?: number;
  readonly pictureCodec?: string;
  readonly soundFrames: number;
  readonly sampleRate?: number;
  readonly soundCodec?: string;
  readonly segments: number;
  readonly discontinuities: number;
  /** How many different SPS and PPS there were. */
  readonly parameterSets: number;
  readonly playlistLoads: number;
  /** The variant of a master playlist that was read. */
  readonly variant?: string;
}

export const noFacts: Facts = {
  seconds: 0,
  bytes: 0,
  packets: 0,
  pictures: 0,
  keyPictures: 0,
  soundFrames: 0,
  segments: 0,
  discontinuities: 0,
  parameterSets: 0,
  playlistLoads: 0,
};

/** What the judge found in a source: without faults it is as it should be. */
export interface Report {
  readonly source: string;
  readonly facts: Facts;
  readonly faults: readonly Fault[];
}

/** The report for a person to read; the last line is the verdict. */
export function renderReport({ source, facts, faults }: Report): string {
  const lines = [
    source,
    ...(facts.variant === undefined ? [] : [`  variant: ${facts.variant}`]),
    `  picture: ${describePicture(facts)}`,
    `  sound: ${describeSound(facts)}`,
    ...(facts.segments === 0 ? [] : [`  segments: ${describeSegments(facts)}`]),
    `  read: ${facts.seconds.toFixed(1)} s, ${(facts.bytes / 1e6).toFixed(1)} MB`,
    ...faults.map(describeFault),
  ];
  const total = faults.reduce((sum, { count }) => sum + count, 0);
  const kinds = faults.length === 1 ? 'of one kind' : `of ${faults.length} kinds`;
  const verdict = faults.length === 0 ? 'no faults' : `${plural(total, 'fault')} ${kinds}`;
  return [...lines, `verdict: ${verdict}`, ''].join('\n');
}

function describePicture(facts: Facts): string {
  if (facts.pictureCodec === undefined) return 'none';
  const rate = facts.framesPerSecond === undefined ? '' : ` at ${Number(facts.framesPerSecond.toFixed(3))} a second`;
  const keys = `${plural(facts.keyPictures, 'key picture')}, ${plural(facts.parameterSets, 'parameter set')}`;
  return `${plural(facts.pictures, 'picture')}${rate}, ${keys} (${facts.pictureCodec})`;
}

function describeSound(facts: Facts): string {
  if (facts.soundCodec === undefined) return 'none';
  if (facts.soundFrames === 0) return `${facts.soundCodec}, whose frames cannot be judged here`;
  return `${plural(facts.soundFrames, 'frame')} at ${facts.sampleRate ?? 0} Hz (${facts.soundCodec})`;
}

function describeSegments(facts: Facts): string {
  const marks = plural(facts.discontinuities, 'discontinuity', 'discontinuities');
  return `${facts.segments}, ${marks}, playlist loaded ${facts.playlistLoads} ${facts.playlistLoads === 1 ? 'time' : 'times'}`;
}

function describeFault({ code, sentence, atSeconds, count }: Fault): string {
  const times = count === 1 ? [] : [`${count} times`];
  const at = atSeconds === undefined ? [] : [`${count === 1 ? '' : 'first '}at ${atSeconds.toFixed(3)} s`];
  const where = [...times, ...at].join(', ');
  return `  FAULT ${code}${where === '' ? '' : ` (${where})`}: ${sentence}`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
