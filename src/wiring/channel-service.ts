import type { Catalog } from '../catalog/catalog.ts';
import { channelWarnings, previewWarnings } from '../catalog/warnings/channel-warnings.ts';
import { requireIn } from '../catalog/channels/channel-changes.ts';
import { nameOfRate } from '../catalog/channels/channel-input.ts';
import { contentRates } from '../catalog/line-up/content-rate.ts';
import { LineUp } from '../catalog/line-up/line-up.ts';
import { previewOf, previewOfDelay } from '../catalog/planning/preview.ts';
import type { WithPlanning } from '../catalog/planning/planning.ts';
import { programmesOf } from '../catalog/guide/programmes.ts';
import { suggestChannels } from '../catalog/line-up/suggest.ts';
import type { ChannelService } from '../http/services/channels.ts';
import { DEFAULT_FRAME_RATE } from '../schedule/frame-rate.ts';
import { hasCode } from '../shared/errors.ts';
import type { StreamManager } from '../stream/stream-manager.ts';
import type { ChannelList } from './channel-list.ts';
import type { Libraries } from './libraries.ts';
import type { Common } from './parts.ts';
import { pictureAtFor } from './picture-at.ts';

export interface ChannelServiceOptions extends Pick<Common, 'settings' | 'clock' | 'pictures'> {
  readonly catalog: Catalog;
  readonly withPlanning: WithPlanning;
  readonly channels: ChannelList;
  readonly libraries: Pick<Libraries, 'edit' | 'channelDefaults'>;
  readonly streams: Pick<StreamManager, 'stopStream' | 'changeChannel' | 'reloadPlan'>;
}

/** Channels for the API: what people change is seen by viewers and tuners when it resolves. */
export function channelService(options: ChannelServiceOptions): ChannelService {
  const { settings, clock, pictures, catalog, withPlanning, channels, libraries, streams } = options;
  const now = (): number => clock.now();
  const pictureAt = pictureAtFor(settings, (bytes, to) => pictures.resized(bytes, to));
  const lineUp = new LineUp({
    catalog,
    withPlanning,
    planner: { edit: (change, how) => libraries.edit(change, how) },
    defaults: () => libraries.channelDefaults(),
    now,
    pictureAt,
  });

  /** Streams follow: those that are no longer to be had end; the others go on as their channel is now, and with its plan. */
  async function followed<T>(edit: Promise<T>): Promise<T> {
    const before = channels.all;
    const result = await edit;
    await channels.refresh();
    for (const was of before) {
      const is = channels.get(was.id);
      if (is === undefined) await stopped(was.id);
      else if (is.version !== was.version) await streams.changeChannel(is);
    }
    await streams.reloadPlan();
    return result;
  }

  async function stopped(channelId: string): Promise<void> {
    await streams.stopStream(channelId).catch((error: unknown) => {
      if (!hasCode(error, 'stream_not_found')) throw error;
    });
  }

  return {
    list: () => catalog.channels.listAll(),
    find: (id) => catalog.channels.get(id),
    warnings: (some) => channelWarnings(catalog, some, now()),
    airings: (channel, fromMs, toMs) => programmesOf(catalog, channel, fromMs, toMs),
    create: (inputs) => followed(lineUp.create(inputs)),
    patch: (id, patch, check, how) => followed(lineUp.patch(id, patch, check, how)),
    program: (id, programming, check, isNow) => followed(lineUp.program(id, programming, check, isNow)),
    remove: (id, check) => followed(lineUp.remove(id, check)),
    copy: (id, copy) => followed(lineUp.copy(id, copy)),
    order: (order, check) => followed(lineUp.order(order, check)),
    async setLogo(id, picture, check) {
      const url = picture !== undefined && 'url' in picture ? picture.url : null;
      const png = picture && (await pictureAt(picture));
      return followed(lineUp.setLogo(id, png && { png, url }, check));
    },
    export: () => lineUp.export(),
    import: (document, how) => followed(lineUp.import(document, how)),
    async preview({ programming, time_zone: timeZone, frame_rate: rate, segment_seconds: seconds }, forMs) {
      const span = { nowMs: now(), untilMs: now() + forMs };
      if (programming.kind === 'delay') {
        const original = requireIn(await catalog.channels.listAll(), programming.channel_id);
        const preview = await previewOfDelay(catalog, { original, programming, ...span });
        const warnings = await previewWarnings(catalog, programming, preview);
        return { ...preview, frameRate: nameOfRate(original.frameRate), warnings };
      }
      return withPlanning([programming], async (planning) => {
        // What it can show is read once for both.
        const read: WithPlanning = (_, work) => work(planning);
        const asked = { programming, frame_rate: rate };
        const rates = await contentRates([asked], { catalog, withPlanning: read, nowMs: now() });
        const [frameRate = DEFAULT_FRAME_RATE] = rates;
        const preview = await previewOf(catalog, planning, {
          ...{ programming, frameRate, timeZone: timeZone ?? settings.timeZone },
          segmentSeconds: seconds ?? settings.segmentSeconds,
          ...span,
        });
        const warnings = await previewWarnings(catalog, programming, preview);
        return { ...preview, frameRate: nameOfRate(frameRate), warnings };
      });
    },
    async suggest() {
      const taken = (await catalog.channels.listAll()).map(({ name }) => name);
      return suggestChannels(await catalog.libraryReader.census(), taken);
    },
  };
}
