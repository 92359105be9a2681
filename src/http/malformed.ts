import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Middleware } from 'koa';
import { AppError, hasCode } from '../shared/errors.ts';
import { refusalOf } from './error-protocol.ts';
import { headersFor } from './security-headers.ts';

/** What Node's parser found, which passes the app by. */
interface ParserError extends Error {
  readonly rawPacket?: Buffer;
}

/** Answers what is no request, or takes too long to be one, like all that is refused: same headers, same words. */
export function answerMalformed(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }: IncomingMessage, response) => {
    answers.set(socket, response);
    // Players keep their connections: what was answered last would be garbage that has grown old.
    response.on('close', () => {
      if (answers.get(socket) === response) answers.delete(socket);
    });
  });
  server.on('clientError', (error: ParserError, socket) => {
    const answer = answers.get(socket);
    // In the middle of another answer these would be bytes of a video.
    const isAnswering = answer !== undefined && answer.headersSent && !answer.writableFinished;
    if (!socket.writable || isAnswering || hasCode(error, 'ECONNRESET')) socket.destroy();
    else socket.end(refusalText(pathOf(error.rawPacket), reasonOf(error)), () => socket.destroy());
  });
}

/** HTTP/1.1 asks for a Host, also where no answer depends on it (RFC 9112, section 3.2). */
export const requireHost: Middleware = function requireHost(ctx, next) {
  if (ctx.req.httpVersion !== '1.1' || ctx.req.headers.host !== undefined) return next();
  ctx.set('Connection', 'close');
  throw new AppError('invalid_host', 'the Host header is missing; HTTP/1.1 asks for it');
};

function reasonOf(error: ParserError): AppError {
  if (hasCode(error, 'ERR_HTTP_REQUEST_TIMEOUT')) {
    return new AppError('request_too_slow', 'the request did not arrive in time; send it at once');
  }
  if (hasCode(error, 'HPE_HEADER_OVERFLOW')) {
    return new AppError('headers_too_large', 'the headers of the request are too large; send fewer, and fewer cookies');
  }
  if (hasCode(error, 'HPE_CHUNK_EXTENSIONS_OVERFLOW')) {
    return new AppError('body_too_large', 'the extensions of a chunk are too large; send none');
  }
  return new AppError('invalid_request', 'this is no request of HTTP/1.1');
}

/** As far as the first line came whole. */
function pathOf(packet: Buffer | undefined): string {
  return /^[A-Z]+ (\/[^ ?#\r\n]*)/.exec(packet?.toString('latin1', 0, 8192) ?? '')?.[1] ?? '/';
}

function refusalText(path: string, error: AppError): string {
  const { status, headers, body } = refusalOf(path, error);
  const text = body === '' ? '' : JSON.stringify(body);
  const all: Readonly<Record<string, string | number>> = {
    ...headersFor(path),
    ...headers,
    ...(text === '' ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    ...{ 'Content-Length': Buffer.byteLength(text), Connection: 'close' },
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`;
}
