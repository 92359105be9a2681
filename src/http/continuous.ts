import type { Context } from 'koa';
import type { Logger } from '../shared/logger.ts';

/** An abort signal that fires when the client has gone, or the response is done. */
export function clientGone(ctx: Context): AbortSignal {
  const controller = new AbortController();
  // The response's close, not the request's: that one is emitted as soon as a request is read.
  ctx.res.once('close', () => controller.abort());
  if (ctx.res.destroyed || ctx.req.socket.destroyed) controller.abort();
  return controller.signal;
}

/** Sends pieces as they come for as long as the client reads them, never more than one ahead of it. */
export async function sendContinuously(
  ctx: Context,
  pieces: AsyncIterable<Uint8Array>,
  options: { readonly signal: AbortSignal; readonly logger: Logger; readonly onSent: (bytes: number) => void },
): Promise<void> {
  const { signal, logger, onSent } = options;
  ctx.respond = false;
  ctx.flushHeaders();
  let wake = (): void => {};
  ctx.res.on('drain', () => wake());
  signal.addEventListener('abort', () => wake());
  try {
    for await (const piece of pieces) {
      if (signal.aborted) return;
      onSent(piece.byteLength);
      if (ctx.res.write(piece)) continue;
      // The socket's own timer counts what went out of this piece at first as if it had been read just before it fires.
      const silent = setTimeout(() => ctx.res.destroy(), ctx.req.socket.timeout);
      await new Promise<void>((resolve) => (wake = resolve)).finally(() => clearTimeout(silent));
    }
    ctx.res.end();
  } catch (error) {
    if (!signal.aborted) logger.error({ err: error, path: ctx.path }, 'A continuous stream broke off');
    ctx.res.destroy();
  }
}
