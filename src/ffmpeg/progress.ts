/** How far an ffmpeg is, as `-progress` tells it. */
export interface Progress {
  /** Pictures written. */
  readonly frame: number;
  /** Time stamp of the newest output, milliseconds; null while there is none. */
  readonly outTimeMs: number | null;
  readonly ended: boolean;
}

/** Reads `key=value` lines; answers with each report when its last line, `progress=…`, has come. */
export function progressReader(): (line: string) => Progress | undefined {
  let fields = new Map<string, string>();
  return (line) => {
    const equals = line.indexOf('=');
    if (equals < 0) return undefined;
    fields.set(line.slice(0, equals), line.slice(equals + 1).trim());
    if (!fields.has('progress')) return undefined;
    const report = fields;
    fields = new Map();
    return {
      frame: number(report.get('frame')) ?? 0,
      outTimeMs: milliseconds(report.get('out_time_us')),
      ended: report.get('progress') === 'end',
    };
  };
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

// Before the first output some versions say N/A and others the smallest number there is.
function milliseconds(text: string | undefined): number | null {
  const microseconds = number(text);
  return microseconds === undefined || microseconds < -1e15 ? null : microseconds / 1000;
}
