/** The NAL units of an access unit, without their start codes (ITU-T H.264, annex B). */
export function nalUnits(accessUnit: Uint8Array): Buffer[] {
  const bytes = Buffer.from(accessUnit.buffer, accessUnit.byteOffset, accessUnit.byteLength);
  const code = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = bytes.indexOf(code); at >= 0; at = bytes.indexOf(code, at + 3)) starts.push(at + 3);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const end = next === undefined ? bytes.length : next - 3;
    // The next start code may be the long one.
    return bytes.subarray(start, next !== undefined && bytes[end - 1] === 0 ? end - 1 : end);
  });
}

/** The sequence and picture parameter sets of an access unit, as text that can be compared. */
export function parameterSets(accessUnit: Uint8Array): string {
  const SPS = 7;
  const PPS = 8;
  const isSet = (unit: Buffer) => [SPS, PPS].includes((unit[0] ?? 0) & 31);
  return nalUnits(accessUnit)
    .filter(isSet)
    .map((unit) => unit.toString('hex'))
    .join(' ');
}
