import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';

/** The address of this machine that a client reaches it under: the one it would be answered from. */
export async function localAddressTowards(address: string): Promise<string> {
  const socket = createSocket('udp4');
  try {
    // Sends nothing: for UDP it only asks for the way.
    socket.connect(9, address);
    await once(socket, 'connect');
    return socket.address().address;
  } finally {
    socket.close();
  }
}

/** Those of its IPv4 addresses at which others reach this machine now. */
export function outerAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}
