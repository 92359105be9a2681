import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../shared/clock.ts';
import { every } from '../../shared/every.ts';
import { udnOf } from '../hdhomerun/documents.ts';
import { announcements, searchAnswers, searchTarget, SSDP_GROUP, SSDP_PORT } from '../hdhomerun/ssdp-message.ts';
import { baseUrlAt } from './hdhomerun.ts';
import { localAddressTowards } from './local-address.ts';

/** Well before what was announced last is forgotten. */
const ANNOUNCE_MS = 600_000;
const MAX_HOPS = 2;

export interface SsdpOptions {
  /** The addresses of this machine in whose networks it announces. */
  readonly addresses: readonly string[];
  /** The only address that is told to those who search; undefined for whichever they reach. */
  readonly onlyAt?: string | undefined;
  readonly devices: readonly { readonly id: string; readonly port: number }[];
  readonly clock: Clock;
}

/** Announces devices by SSDP and answers those who search for them. */
export class SsdpAnnouncer {
  readonly #options: SsdpOptions;
  readonly #socket: Socket = createSocket({ type: 'udp4', reuseAddr: true });
  #stopRepeating: () => void = () => {};

  private constructor(options: SsdpOptions) {
    this.#options = options;
    this.#socket.on('message', (bytes, { address, port }) => void this.#answer(bytes, address, port).catch(() => {}));
  }

  /** Begins to announce; rejects with the system's error where that cannot be done. */
  static async open(options: SsdpOptions): Promise<SsdpAnnouncer> {
    const announcer = new SsdpAnnouncer(options);
    const socket = announcer.#socket;
    try {
      // Multicast arrives at sockets that listen on any address alone.
      socket.bind(SSDP_PORT, '0.0.0.0');
      await once(socket, 'listening');
      socket.setMulticastTTL(MAX_HOPS);
      for (const address of options.addresses) socket.addMembership(SSDP_GROUP, address);
    } catch (error) {
      await announcer.#close();
      throw error;
    }
    socket.on('error', () => {});
    await announcer.#announce('alive');
    announcer.#stopRepeating = every(options.clock, ANNOUNCE_MS, () => void announcer.#announce('alive'));
    return announcer;
  }

  /** Says good-bye. */
  async close(): Promise<void> {
    this.#stopRepeating();
    await this.#announce('byebye');
    await this.#close();
  }

  async #answer(bytes: Buffer, address: string, port: number): Promise<void> {
    const target = searchTarget(String(bytes));
    if (target === undefined) return;
    const host = await localAddressTowards(address);
    const { devices, onlyAt = host } = this.#options;
    // Asked from a network that it does not serve.
    if (host !== onlyAt) return;
    for (const device of devices) {
      const answers = searchAnswers(target, udnOf(device), locationOf(host, device.port));
      for (const answer of answers) this.#socket.send(answer, port, address);
    }
  }

  async #announce(kind: 'alive' | 'byebye'): Promise<void> {
    const { addresses, devices } = this.#options;
    for (const address of addresses.filter((each) => this.#speaksFrom(each))) {
      const texts = devices.flatMap((device) => announcements(kind, udnOf(device), locationOf(address, device.port)));
      await Promise.all(texts.map((text) => this.#send(text)));
    }
  }

  /** False where the machine has not got that address any more. */
  #speaksFrom(address: string): boolean {
    try {
      this.#socket.setMulticastInterface(address);
      return true;
    } catch {
      return false;
    }
  }

  /** A network that is down hears nothing. */
  #send(text: string): Promise<void> {
    return new Promise((resolve) => this.#socket.send(text, SSDP_PORT, SSDP_GROUP, () => resolve()));
  }

  #close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

function locationOf(host: string, port: number): string {
  return `${baseUrlAt(host, port)}/device.xml`;
}
