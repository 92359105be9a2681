import type { Context, Middleware } from 'koa';
import type { Links, LinkTarget } from '../access/links.ts';
import { AppError } from '../shared/errors.ts';
import { addressKind } from './address-kind.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { GuideService } from './services/guide.ts';

const SIGNED = /^\/(~[\w.-]+)(\/.*)$/;

/**
 * Takes the signature out of an address, so that all else sees the address alone. Also where addresses are not signed:
 * hosts keep for ever those that they were given while they were.
 */
export const unwrapSigned: Middleware = function unwrapSigned(ctx, next) {
  const [, , address] = SIGNED.exec(ctx.url) ?? [];
  if (address !== undefined && addressKind(address.split('?', 1)[0] ?? '') === 'tuner') ctx.url = address;
  return next();
};

export interface SignedOptions {
  readonly links: Links | undefined;
  readonly door: Doorkeeper;
  readonly guide: GuideService;
}

/** Lets through what is signed, and whoever is known without. A signature that is wrong is refused whoever brings it. */
export function guardSigned({ links, door, guide }: SignedOptions): Middleware {
  return async function admitSigned(ctx, next) {
    if (links === undefined || addressKind(ctx.path) !== 'tuner') return next();
    const signature = signatureOf(ctx);
    if (signature === undefined) {
      if (door.standingOf(ctx) !== undefined) return next();
      throw new AppError(
        'link_invalid',
        'this address is not signed; take it from the page, the API or the channel list',
      );
    }
    const target = await targetOf(ctx.path, guide);
    const worth = target === undefined ? 'invalid' : links.check(signature, target);
    if (worth === 'valid') return next();
    throw worth === 'expired'
      ? new AppError('link_expired', 'this link has expired; open the page again for a new one')
      : new AppError('link_invalid', 'this address has been changed, or its signature was revoked; take it anew');
  };
}

/** A playlist whose segments have their own lasting addresses, whichever way the playlist was reached. */
export function signSegments(ctx: Context, links: Links | undefined, channelId: string, playlist: string): string {
  if (links === undefined) return playlist;
  return withSegmentsAt(segmentsFrom(links, channelId, isSigned(ctx)), playlist);
}

/** The way from a playlist of a channel to where its segments are. Relative, so that it holds behind a proxy's prefix. */
export function segmentsFrom(links: Links, channelId: string, isFromSigned: boolean): string {
  return `${isFromSigned ? '../../../' : '../../'}${links.lasting({ kind: 'segments', channelId })}/stream/${channelId}/`;
}

export function withSegmentsAt(place: string, playlist: string): string {
  return playlist.replace(/^(?=[^#\s])/gm, place);
}

/** Whether the address that was asked for carries a signature. */
export function isSigned(ctx: Context): boolean {
  return signatureOf(ctx) !== undefined;
}

function signatureOf(ctx: Context): string | undefined {
  return SIGNED.exec(ctx.originalUrl)?.[1];
}

/** What an address of the tuner is about; undefined where that cannot be told. */
async function targetOf(path: string, guide: GuideService): Promise<LinkTarget | undefined> {
  const [, tuned] = /^\/auto\/v(.+)$/.exec(path) ?? [];
  if (tuned !== undefined) {
    const channel = (await guide.channels()).find(({ number }) => number === tuned);
    return channel && { kind: 'channel', channelId: channel.id };
  }
  const [, channelId, rest = ''] = /^\/stream\/([\w-]+)(?:\.ts|\/(.+))$/.exec(path) ?? [];
  if (channelId === undefined) return path.startsWith('/stream/') ? undefined : { kind: 'lists' };
  return { kind: rest.endsWith('.ts') && rest.includes('/') ? 'segments' : 'channel', channelId };
}
