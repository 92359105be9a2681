import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';

/** Begins to listen; resolves with the port (of interest where 0 was asked for). `port_in_use` where it is taken. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusal(error, host, port)));
    server.listen(port, host, resolve);
  });
  return portOf(server.address(), port);
}

/** A server for an app; half-sent requests are cut off by Node's own limits. */
export function serverFor(handler: RequestListener): Server {
  return createServer({ keepAlive: true }, handler);
}

/** Takes no more requests; ends idle connections at once and those that stream by closing them. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked;
}

function refusal(error: unknown, host: string, port: number): AppError {
  const advice = 'end the other program, or set SIDECAST_PORT to another number';
  const message = hasCode(error, 'EADDRINUSE')
    ? `port ${port} is in use already; ${advice}`
    : `cannot listen on ${host} port ${port} (${messageOf(error)}); set SIDECAST_HOST and SIDECAST_PORT`;
  return new AppError('port_in_use', message, { cause: error });
}
