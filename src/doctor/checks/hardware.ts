import { type Finding, fine, wrong } from '../finding.ts';
import type { Measured } from './ffmpeg.ts';

export interface HardwareOptions {
  /** SIDECAST_HARDWARE_ACCEL. */
  readonly setting: string;
  /** What ffmpeg was built with. */
  readonly listed: () => Promise<readonly string[]>;
  /** Develops with the device, now. */
  readonly develop: (method: string) => Promise<Measured>;
}

/** Whether the device that is set encodes here; where none is set, which one does. */
export async function checkHardware({ setting, listed, develop }: HardwareOptions): Promise<readonly Finding[]> {
  if (setting === 'none') return [fine('software, as set')];
  const methods = (await listed()).filter((method) => method !== 'none');
  const tried = setting === 'auto' ? methods : [setting];
  const problems: string[] = [];
  for (const method of tried) {
    const measured = methods.includes(method) ? await develop(method) : { problem: 'this ffmpeg was built without it' };
    if ('speed' in measured) return [fine(`${method} encodes`)];
    problems.push(`${method} does not (${measured.problem})`);
  }
  if (setting === 'auto') {
    return [fine(`the processor encodes${problems.length === 0 ? '' : `; ${problems.join('; ')}`}`)];
  }
  return [
    wrong(
      problems.join('; '),
      'install the driver of the device and let Sidecast use it (in a container: --device /dev/dri; on Linux: the group ' +
        'render), or set SIDECAST_HARDWARE_ACCEL to auto',
    ),
  ];
}
