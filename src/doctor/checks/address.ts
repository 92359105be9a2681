import { z } from 'zod';
import { fetchFailure } from '../../shared/errors.ts';
import { type Finding, fine, wrong } from '../finding.ts';

const ANSWER_MS = 5000;
const discovered = z.object({ DeviceID: z.string() });

export interface AddressOptions {
  /** As media servers and players are given it. */
  readonly address: string;
  /** Where the sidecar is reached for certain. */
  readonly own: string;
}

/** Whether the address that is given out leads to this very sidecar. */
export async function checkAddress({ address, own }: AddressOptions): Promise<Finding> {
  const nextStep =
    'let its port through the firewall (in a container: publish it), have the proxy lead to it, or set ' +
    'SIDECAST_BASE_URL to the address at which others reach it';
  const expected = await deviceAt(own);
  try {
    const found = await deviceAt(address);
    return found === expected
      ? fine(`${address} leads here`)
      : wrong(`${address} leads to another Sidecast (${found}, not ${expected})`, nextStep);
  } catch (error) {
    return wrong(`${address} does not lead here: ${fetchFailure(error)}`, nextStep);
  }
}

async function deviceAt(address: string): Promise<string> {
  const response = await fetch(`${address}/discover.json`, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  const parsed = discovered.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new Error('what answers there is no Sidecast');
  return parsed.data.DeviceID;
}
