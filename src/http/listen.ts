import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import { answerMalformed } from './malformed.ts';

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

/** A client that takes and sends nothing for so long is gone; a paused player comes back before. */
const SILENT_MS = 600_000;
/** An idle connection is asked whether it is still there from then on; whoever does not answer is gone after 10 s. */
const KEEP_ALIVE_AFTER_MS = 30_000;
/** Players ask for a playlist once in each target duration, over the connection that they have. */
const BETWEEN_REQUESTS_MS = 30_000;

/** How long a request may take to arrive: they are short, and one that comes drop by drop only keeps the connection. */
const REQUEST_MS = 15_000;
/** Of all headers of a request together. */
const MAX_HEADER_BYTES = 16_384;

/** Milliseconds; other than usual. */
interface ServerLimits {
  readonly silentMs?: number | undefined;
  readonly requestMs?: number | undefined;
}

/** A server, not listening yet. Connections whose other end has gone without a word do not stay. */
export function serverFor(
  handle: RequestListener,
  { silentMs = SILENT_MS, requestMs = REQUEST_MS }: ServerLimits = {},
): Server {
  const server = createServer(
    {
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
      keepAliveTimeout: BETWEEN_REQUESTS_MS,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: requestMs / 2,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The app says it in its own words.
      requireHostHeader: false,
    },
    handle,
  );
  // What a client expects that nobody knows is no reason to refuse it.
  server.on('checkExpectation', handle);
  answerMalformed(server);
  server.timeout = silentMs;
  return server;
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
