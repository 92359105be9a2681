const PACKET = 188;
const WRAP = 2 ** 33;
/** The first PCR of a segment is so long before the segment's start: 100 ms before the first DTS, two pictures early. */
const PCR_EARLY_MS = 100 + (2 * 1000) / 24;

/**
 * Reads a continuous TS of ours at 24 pictures a second, as it comes. Calls `onSegment` once a segment is followed by
 * another, with the time on the clock at which it begins and the moment at which its last byte had come.
 */
export function segmentsOfTS(onSegment) {
  let rest = Buffer.alloc(0);
  let startMs;
  let awaitsPCR = false;
  let cameAt = Date.now();
  return (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const now = Date.now();
    let at = 0;
    for (; at + PACKET <= bytes.length; at += PACKET) {
      // The PAT comes 16 times in a segment, so that its counter is 0 at the start of each.
      const isStart = (bytes[at + 1] & 0x1f) === 0 && bytes[at + 2] === 0 && (bytes[at + 3] & 0x0f) === 0;
      if (isStart) {
        if (startMs !== undefined) onSegment({ startMs, wholeAt: at === 0 ? cameAt : now });
        awaitsPCR = true;
      } else if (awaitsPCR && hasPCR(bytes, at)) {
        startMs = now + sinceMs(pcrAt(bytes, at), now) + PCR_EARLY_MS;
        awaitsPCR = false;
      }
    }
    rest = Buffer.from(bytes.subarray(at));
    cameAt = now;
  };
}

function hasPCR(bytes, at) {
  return (bytes[at + 3] & 0x20) !== 0 && bytes[at + 4] > 0 && (bytes[at + 5] & 0x10) !== 0;
}

function pcrAt(bytes, at) {
  return bytes.readUInt32BE(at + 6) * 2 + (bytes[at + 10] >> 7);
}

/** Milliseconds from a moment to the time of a PCR, the nearest that there is. */
function sinceMs(pcr, now) {
  const ticks = (pcr - ((now * 90) % WRAP) + 1.5 * WRAP) % WRAP;
  return (ticks - WRAP / 2) / 90;
}
