import { availableParallelism } from 'node:os';
import type { Catalog } from '../catalog/catalog.ts';
import { type RatioName, Speeds } from '../reels/speeds.ts';
import { messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Machine } from './machine.ts';

/** How fast this machine develops, as it is remembered in our database. */
export async function openSpeeds({ costs, settings }: Catalog, machine: Machine, logger: Logger): Promise<Speeds> {
  const { encoder } = machine;
  const ratios = new Map<RatioName, number>();
  for (const name of new Set<RatioName>([encoder, `${encoder} device`, 'none'])) {
    const ratio = Number(await settings.get(settingOf(machine, name)));
    if (ratio > 0) ratios.set(name, ratio);
  }
  return new Speeds({
    processors: availableParallelism(),
    measured: await costs.all(),
    ratios,
    keep: (measured) => costs.keep(measured).catch(tell),
    keepRatio: (name, ratio) => settings.set(settingOf(machine, name), ratio.toFixed(3)).catch(tell),
  });

  // It is known until the sidecar stops, and measured again after.
  function tell(error: unknown): void {
    logger.warn({}, `what an item costs to develop could not be kept: ${messageOf(error)}`);
  }
}

function settingOf({ version }: Machine, name: RatioName): string {
  return `cost ratio ${version} ${name}`;
}
