import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';

/** Begins to listen; resolves with the port (of interest where 0 was asked for). `port_in_use` where it is taken. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusal(error, host, port)));
    server.listen(port, host, resolve);
  });
  return portOf(server.address(), port);
}

/** How long answers that are being sent may take to end when the server stops. */
const LAST_BYTES_MS = 1000;

/** A server for an app, not listening yet. */
export function serverFor(app: Koa): Server {
  const handle = app.callback();
  return createServer((request, response) => void handle(request, response));
}

/** Takes no more requests, lets answers that have ended go out, and then closes every connection. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), LAST_BYTES_MS);
  await closed;
  clearTimeout(impatience);
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
