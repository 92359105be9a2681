import { z } from 'zod';

const ANSWER_MS = 3000;
const description = z.object({ DeviceID: z.string() });

/** Whether an HDHomeRun of that id answers at an address and port. */
export async function answersAs(host: string, port: number, deviceId: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(`http://${host}:${port}/discover.json`, { signal });
    return description.parse(await response.json()).DeviceID === deviceId;
  } catch {
    return false;
  }
}
