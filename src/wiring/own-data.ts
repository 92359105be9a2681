import path from 'node:path';
import { type Catalog, openCatalog } from '../catalog/catalog.ts';
import { WriteWatch } from '../catalog/write-watch.ts';
import type { Settings } from '../config.ts';
import type { Common } from './parts.ts';

export function databaseFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return path.join(dataDir, 'sidecast.db');
}

/** Our own database; `onRecovered` when it could not be written for a while and can again. */
export async function openOwnData(
  { settings, logger, clock, health, closers }: Common,
  onRecovered: () => void,
): Promise<Catalog> {
  const watch = new WriteWatch({
    clock,
    tell: health.teller('database_failed'),
    tryWrite: () => catalog.settings.set('last_trial', new Date(clock.now()).toISOString()),
    onRecovered,
  });
  const catalog = await openCatalog(databaseFile(settings), {
    logger,
    now: () => clock.now(),
    onFailure: (error) => watch.failed(error),
  });
  closers.add(() => catalog.close());
  closers.add(() => watch.close());
  if (catalog.recovered) {
    health.raise('database_corrupt', '', 'the database was damaged; it was set aside and made anew from the library');
  }
  return catalog;
}
