const START_CODE = Buffer.from([0, 0, 1]);
const SLICE = 1;
const IDR_SLICE = 5;
const SEI = 6;
const SPS = 7;
const PPS = 8;
const RECOVERY_POINT = 6;

export interface ParameterSet {
  readonly kind: 'SPS' | 'PPS';
  readonly bytes: Buffer;
}

/** What is to be known of a coded picture: can decoding begin with it, and which parameter sets come with it. */
export interface PictureFacts {
  readonly key: boolean;
  readonly parameterSets: readonly ParameterSet[];
}

/** Reads the NAL units of one access unit up to its first slice (ITU-T H.264, annex B). */
export function inspectH264(payload: Buffer): PictureFacts {
  const parameterSets: ParameterSet[] = [];
  let recovers = false;
  for (const nal of nalUnits(payload)) {
    const type = (nal[0] ?? 0) & 0x1f;
    if (type === SPS) parameterSets.push({ kind: 'SPS', bytes: nal });
    if (type === PPS) parameterSets.push({ kind: 'PPS', bytes: nal });
    if (type === SEI && nal[1] === RECOVERY_POINT) recovers = true;
    if (type === IDR_SLICE) return { key: true, parameterSets };
    // Open GOPs: a decoder may begin at a recovery point that brings its parameter sets.
    if (type >= SLICE && type < IDR_SLICE) return { key: recovers && parameterSets.length > 0, parameterSets };
  }
  return { key: false, parameterSets };
}

/** "profile 100, level 13" of a sequence parameter set. */
export function describeSps(sps: Buffer): string {
  return `profile ${sps[1] ?? 0}, level ${sps[3] ?? 0}, ${sps.length} bytes`;
}

function* nalUnits(payload: Buffer): Generator<Buffer> {
  let at = payload.indexOf(START_CODE);
  while (at >= 0) {
    const begin = at + START_CODE.length;
    // A slice is the last that is read: looking for its end would walk through the whole picture.
    const type = (payload[begin] ?? 0) & 0x1f;
    at = type >= SLICE && type <= IDR_SLICE ? -1 : payload.indexOf(START_CODE, begin);
    yield withoutTrailingZeros(payload.subarray(begin, at < 0 ? payload.length : at));
  }
}

function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}
