import { z } from 'zod';

const ANSWER_MS = 3000;
const description = z.object({ DeviceID: z.string() });

/** The id of the HDHomeRun that answers at an address and port; undefined where none does. */
export async function deviceAt(host: string, port: number): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(`http://${host}:${port}/discover.json`, { signal });
    return description.parse(await response.json()).DeviceID;
  } catch {
    return undefined;
  }
}
