import type { TunerDevice } from './device.ts';
import { FIRMWARE, FIRMWARE_VERSION, MODEL } from './device.ts';
import { DISCOVER_REPLY, DISCOVER_REQUEST, encodePacket, GET_SET_REPLY, type Packet, TAG } from './packet.ts';

/** The kind of device that we are. */
const TUNER = 1;
const ANY = 0xffffffff;

/** A text of the control protocol ends with a zero. */
const zeroEnded = (text: string): Buffer => Buffer.from(`${text}\0`);

/** True where a request looks for tuners, and for any or this one. */
export function looksFor({ type, fields }: Packet, deviceId: string): boolean {
  if (type !== DISCOVER_REQUEST) return false;
  const types = [...numbersIn(fields.get(TAG.deviceType)), ...numbersIn(fields.get(TAG.deviceTypes))];
  const isForTuners = types.length === 0 || types.some((wanted) => wanted === TUNER || wanted === ANY);
  const [id = ANY] = numbersIn(fields.get(TAG.deviceId));
  return isForTuners && (id === ANY || id === Number.parseInt(deviceId, 16));
}

/** What the device answers to those who look for it. */
export function discoverReply({ id, tunerCount }: TunerDevice, baseUrl: string): Buffer {
  return encodePacket(DISCOVER_REPLY, [
    [TAG.deviceType, number32(TUNER)],
    [TAG.deviceId, Buffer.from(id, 'hex')],
    [TAG.tunerCount, Buffer.from([Math.min(tunerCount, 255)])],
    [TAG.deviceAuth, Buffer.from('sidecast')],
    [TAG.baseUrl, Buffer.from(baseUrl)],
    [TAG.lineupUrl, Buffer.from(`${baseUrl}/lineup.json`)],
  ]);
}

/** What the device answers to those who ask for a value; `showing` is what each tuner is at, undefined for nothing. */
export function getSetReply({ fields }: Packet, showing: readonly (string | undefined)[]): Buffer {
  const name = textIn(fields.get(TAG.name));
  const value = fields.has(TAG.value) ? undefined : valueOf(name, showing);
  if (value === undefined) {
    const problem = fields.has(TAG.value) ? 'ERROR: nothing can be set' : 'ERROR: unknown getset variable';
    return encodePacket(GET_SET_REPLY, [[TAG.error, zeroEnded(problem)]]);
  }
  return encodePacket(GET_SET_REPLY, [
    [TAG.name, zeroEnded(name)],
    [TAG.value, zeroEnded(value)],
  ]);
}

function valueOf(name: string, showing: readonly (string | undefined)[]): string | undefined {
  const tuner = /^\/tuner(\d+)\/status$/.exec(name);
  if (tuner !== null) return tunerStatus(showing, Number(tuner[1]));
  return VALUES.get(name);
}

const HELP = [
  'Supported configuration options:',
  '/sys/hwmodel',
  '/sys/model',
  '/sys/version',
  '/tuner<n>/status',
].join('\n');

const VALUES: ReadonlyMap<string, string> = new Map([
  ['help', HELP],
  ['/sys/model', FIRMWARE],
  ['/sys/hwmodel', MODEL],
  ['/sys/version', FIRMWARE_VERSION],
]);

function tunerStatus(showing: readonly (string | undefined)[], index: number): string | undefined {
  if (index >= showing.length) return undefined;
  const what = showing[index];
  return what === undefined
    ? 'ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0'
    : `ch=${what} lock=8vsb ss=100 snq=100 seq=100 bps=0 pps=0`;
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function numbersIn(bytes: Buffer = Buffer.alloc(0)): number[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readUInt32BE(index * 4));
}

function textIn(bytes: Buffer | undefined): string {
  return String(bytes ?? '').replace(/\0+$/, '');
}
