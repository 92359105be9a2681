import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { renderXmltv } from '../../tuner/xmltv/xmltv.ts';
import { addressBaseOf } from '../address-base.ts';
import { clientGone, sendContinuously } from '../continuous.ts';
import { changeDateMs, lastModifiedMs } from '../last-modified.ts';
import { respondPiecewise } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import type { ListedProgramme } from '../services/guide.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hosts parse the whole guide anew for every channel: channels of short clips must not make it huge. */
const MOST_PROGRAMMES = 1500;

type Options = Pick<HttpOptions, 'guide' | 'listing' | 'settings' | 'access' | 'now' | 'logger' | 'metrics'>;

/** The guide as XMLTV, and as a compressed file for those hosts that want one: both change at the same time. */
export function xmltv(options: Options): { readonly plain: RouterMiddleware; readonly compressed: RouterMiddleware } {
  const { guide, listing, settings, access, now, logger, metrics } = options;
  let seen = { version: '', atMs: 0 };

  async function sendGuide(ctx: Context, isCompressedFile: boolean): Promise<void> {
    const { guidePastDays, guideAheadDays, guideFiller, catchUpDays = 0 } = settings;
    const baseUrl = addressBaseOf(ctx, { settings, access }).lists;
    const channels = await guide.channels();
    // From a whole hour, so that the document stays the same for as long.
    const hourMs = Math.floor(now() / HOUR_MS) * HOUR_MS;
    const version = JSON.stringify([await listing.revision(), hourMs, channels]);
    if (version !== seen.version) seen = { version, atMs: changeDateMs(seen.atMs, now()) };
    const [fromMs, toMs] = [hourMs - Math.max(guidePastDays, catchUpDays) * DAY_MS, hourMs + guideAheadDays * DAY_MS];
    await respondPiecewise(ctx, {
      type: isCompressedFile ? 'application/gzip' : 'application/xml; charset=utf-8',
      version: JSON.stringify([version, baseUrl, fromMs, toMs, guideFiller, isCompressedFile]),
      lastModifiedMs: lastModifiedMs(seen.atMs, now()),
      isCompressedFile,
      pieces: () =>
        renderXmltv({
          ...{ channels, baseUrl, fromMs, toMs },
          describe: (itemIds) => listing.describe(itemIds),
          async programmesOf({ id }) {
            const listed = mostOf(await listing.programmes(id, fromMs, toMs), hourMs);
            return guideFiller === 'hidden' ? listed : listed.map((each) => ({ ...each, stopMs: each.endMs }));
          },
        }),
      send: (pieces) => sendContinuously(ctx, pieces, { signal: clientGone(ctx), logger, onSent }),
    });
  }

  function onSent(bytes: number): void {
    metrics.sent('other', bytes);
  }

  return { plain: (ctx) => sendGuide(ctx, false), compressed: (ctx) => sendGuide(ctx, true) };
}

/** Where there are very many, those around now. */
function mostOf(programmes: readonly ListedProgramme[], nowMs: number): readonly ListedProgramme[] {
  const past = programmes.filter(({ stopMs }) => stopMs <= nowMs).length;
  return programmes.slice(Math.max(0, past - MOST_PROGRAMMES), past + MOST_PROGRAMMES);
}
