import { z } from 'zod';
import { lineUpDocument } from '../catalog/channels/channel-input.ts';
import { channelWarnings } from '../catalog/warnings/channel-warnings.ts';
import { PLANNED_AHEAD } from '../catalog/keeper.ts';
import { LineUp } from '../catalog/line-up/line-up.ts';
import { Planner } from '../catalog/planning/planner.ts';
import { planningHere } from '../catalog/planning/planning-here.ts';
import type { ChannelDesk } from '../cli/line-up.ts';
import type { Settings } from '../config.ts';
import { Pictures } from '../drawing/pictures.ts';
import { parseGiven } from '../http/parse.ts';
import type { Logger } from '../shared/logger.ts';
import { askSidecar, atDataFolder, type DataHere, KEPT_MS } from './at-data-folder.ts';
import { pictureAtFor } from './picture-at.ts';

const imported = z.object({
  ...{ number: z.string(), name: z.string() },
  // A sidecar from before there were any says none.
  warnings: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

/** The channels of a data folder: a sidecar that is at work there is asked, else they are opened here. */
export function openChannelDesk(settings: Settings, logger: Logger): Promise<ChannelDesk> {
  return atDataFolder(settings, logger, { at: deskAt, here: (data) => deskHere(settings, data) });
}

function deskHere(settings: Settings, { catalog, clock, close }: DataHere): ChannelDesk {
  const { timeZone, segmentSeconds, qualities } = settings;
  const withPlanning = planningHere(catalog);
  const span = { ...PLANNED_AHEAD, keepMs: KEPT_MS };
  const planner = new Planner({ catalog, withPlanning, clock, timeZone, span });
  const pictures = new Pictures();
  const lineUp = new LineUp({
    ...{ catalog, withPlanning, planner, now: () => clock.now() },
    // What this machine bears is measured by the sidecar alone.
    defaults: async () => ({
      ...{ segmentSeconds, qualities },
      tunerQuality: settings.tunerQuality ?? qualities.at(-1) ?? '480p',
    }),
    pictureAt: pictureAtFor(settings, (bytes, to) => pictures.resized(bytes, to)),
  });
  return {
    export: async () => (await lineUp.export()).document,
    async import(document, how) {
      const parsed = parseGiven(lineUpDocument, document, 'invalid_body', 'document');
      // Nobody else changes anything meanwhile.
      const channels = await lineUp.import(parsed, { ...how, check: () => {} });
      const warnings = await channelWarnings(catalog, channels, clock.now());
      return channels.map(({ number, name }, at) => ({ number, name, warnings: warnings[at] ?? [] }));
    },
    async [Symbol.asyncDispose]() {
      pictures[Symbol.dispose]();
      await planner.close();
      await close();
    },
  };
}

/** The desk of a sidecar at work, over its API. */
function deskAt(url: string, headers: Readonly<Record<string, string>>): ChannelDesk {
  return {
    export: async () => (await askSidecar(`${url}/api/channels/export`, { headers })).json(),
    async import(document, { replace, mayChangeFormat }) {
      const query = `replace=${replace}&change_format=${mayChangeFormat}`;
      const response = await askSidecar(`${url}/api/channels/import?${query}`, {
        method: 'POST',
        // Who says so at the machine itself means whatever there is.
        headers: { ...headers, 'Content-Type': 'application/json', 'If-Match': '*' },
        body: JSON.stringify(document),
      });
      return z.array(imported).parse(await response.json());
    },
    async [Symbol.asyncDispose]() {},
  };
}
