import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket as Connection } from 'node:net';
import type { TunerDevice } from '../hdhomerun/device.ts';
import { discoverReply, getSetReply, looksFor } from '../hdhomerun/discovery.ts';
import { decodePacket, GET_SET_REQUEST, packetBytes } from '../hdhomerun/packet.ts';
import { localAddressTowards } from './local-address.ts';

/** Where libhdhomerun looks for devices, and asks them. */
export const HDHOMERUN_PORT = 65_001;
/** libhdhomerun's own limit. */
const MAX_PACKET_BYTES = 3074;
const IDLE_MS = 10_000;

/** A device that can be found. */
export interface FindableDevice extends TunerDevice {
  /** The port of its HTTP side. */
  readonly port: number;
  /** What each tuner is at, undefined for nothing. */
  readonly showing: () => readonly (string | undefined)[];
}

/** Answers libhdhomerun: UDP for those who look for devices, TCP for those who ask the first of them for values. */
export class HdHomeRunResponder {
  readonly #devices: readonly FindableDevice[];
  readonly #socket: Socket = createSocket({ type: 'udp4', reuseAddr: false });
  readonly #server: Server;
  readonly #connections = new Set<Connection>();

  private constructor(devices: readonly FindableDevice[]) {
    this.#devices = devices;
    this.#socket.on('message', (bytes, { address, port }) => void this.#answer(bytes, address, port).catch(() => {}));
    this.#server = createServer((connection) => this.#talk(connection));
  }

  /** Begins to answer; rejects with the system's error where the port cannot be had. */
  static async open(host: string, devices: readonly FindableDevice[]): Promise<HdHomeRunResponder> {
    const responder = new HdHomeRunResponder(devices);
    try {
      responder.#socket.bind(HDHOMERUN_PORT, host);
      await once(responder.#socket, 'listening');
      responder.#server.listen(HDHOMERUN_PORT, host);
      await once(responder.#server, 'listening');
      return responder;
    } catch (error) {
      await responder.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await Promise.all([closed(this.#socket), closed(this.#server)]);
  }

  async #answer(bytes: Buffer, address: string, port: number): Promise<void> {
    const packet = decodePacket(bytes);
    if (packet === undefined) return;
    const found = this.#devices.filter(({ id }) => looksFor(packet, id));
    if (found.length === 0) return;
    const { address: ownAddress } = this.#socket.address();
    const host = ownAddress === '0.0.0.0' ? await localAddressTowards(address) : ownAddress;
    for (const device of found) this.#socket.send(discoverReply(device, baseUrlAt(host, device.port)), port, address);
  }

  /** Requests may come in pieces, and several on one connection. */
  #talk(connection: Connection): void {
    this.#connections.add(connection);
    let received = Buffer.alloc(0);
    connection.setTimeout(IDLE_MS, () => connection.destroy());
    connection.on('error', () => connection.destroy());
    connection.on('close', () => this.#connections.delete(connection));
    connection.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      for (let length = packetBytes(received); length <= received.length; length = packetBytes(received)) {
        const packet = decodePacket(received.subarray(0, length));
        received = received.subarray(length);
        if (packet?.type !== GET_SET_REQUEST) return void connection.destroy();
        connection.write(getSetReply(packet, this.#devices[0]?.showing() ?? []));
      }
      if (received.length > MAX_PACKET_BYTES) connection.destroy();
    });
  }
}

/** The address of a web server; without a port where it is the usual one. */
export function baseUrlAt(host: string, port: number): string {
  return port === 80 ? `http://${host}` : `http://${host}:${port}`;
}

/** Resolves when it is closed; one that was never open is. */
function closed(closable: Socket | Server): Promise<void> {
  return new Promise((resolve) => {
    try {
      closable.close(() => resolve());
    } catch {
      resolve();
    }
  });
}
