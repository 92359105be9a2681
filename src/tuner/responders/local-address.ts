import { createSocket } from 'node:dgram';
import { once } from 'node:events';

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
