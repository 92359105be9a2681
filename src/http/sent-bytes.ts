import type { Middleware } from 'koa';

/** What is sent, of few kinds. */
export type SentKind = 'continuous' | 'segment' | 'playlist' | 'other';

export type CountSent = (kind: SentKind, bytes: number) => void;

/** Counts the bytes of every answer that Koa sends; the continuous stream counts its own. */
export function countSentBytes(sent: CountSent): Middleware {
  return async function countBytes(ctx, next) {
    await next();
    const body: unknown = ctx.body;
    if (ctx.method === 'HEAD' || ctx.respond === false) return;
    const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? Buffer.byteLength(body) : 0;
    if (bytes > 0) sent(kindOf(ctx.path), bytes);
  };
}

function kindOf(path: string): SentKind {
  if (!path.startsWith('/stream/')) return 'other';
  return path.endsWith('.m3u8') ? 'playlist' : path.endsWith('.ts') ? 'segment' : 'other';
}
