import { availableParallelism } from 'node:os';
import type { Catalog } from '../catalog/catalog.ts';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { Speeds } from '../reels/speeds.ts';
import { messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Machine } from './machine.ts';

/** How fast this machine develops, as it is remembered in our database. */
export async function openSpeeds({ costs, settings }: Catalog, machine: Machine, logger: Logger): Promise<Speeds> {
  const ratios = new Map<EncoderFamily, number>();
  for (const encoder of new Set([machine.encoder, 'none' as const])) {
    const ratio = Number(await settings.get(ratioName(machine, encoder)));
    if (ratio > 0) ratios.set(encoder, ratio);
  }
  return new Speeds({
    processors: availableParallelism(),
    measured: await costs.all(),
    ratios,
    keep: (measured) => costs.keep(measured).catch(tell),
    keepRatio: (encoder, ratio) => settings.set(ratioName(machine, encoder), ratio.toFixed(3)).catch(tell),
  });

  // It is known until the sidecar stops, and measured again after.
  function tell(error: unknown): void {
    logger.warn({}, `what an item costs to develop could not be kept: ${messageOf(error)}`);
  }
}

function ratioName({ version }: Machine, encoder: EncoderFamily): string {
  return `cost ratio ${version} ${encoder}`;
}
