import { z } from 'zod';
import { STABLE_MS } from '../catalog/library/intake.ts';
import { PLANNED_AHEAD } from '../catalog/keeper.ts';
import { Planner } from '../catalog/planning/planner.ts';
import { planningHere } from '../catalog/planning/planning-here.ts';
import { SyncStatus } from '../catalog/library/sync-status.ts';
import { Syncer } from '../catalog/library/syncer.ts';
import type { LibraryDesk, Progress } from '../cli/library.ts';
import type { Settings } from '../config.ts';
import { progressJSON, sourceJSON } from '../http/library-json.ts';
import { fileStates } from '../library/disk/file-states.ts';
import type { Logger } from '../shared/logger.ts';
import { askSidecar, atDataFolder, type DataHere, KEPT_MS } from './at-data-folder.ts';
import { isLibraryTrouble } from './library-health.ts';
import { namedSources, rulesPathsNeed } from './sources.ts';

/** The libraries of a data folder: a sidecar that is at work there is asked, else they are opened here. */
export function openLibraryDesk(settings: Settings, logger: Logger): Promise<LibraryDesk> {
  return atDataFolder(settings, logger, { at: deskAt, here: (data) => deskHere(settings, logger, data) });
}

function deskHere(settings: Settings, logger: Logger, { catalog, clock, close }: DataHere): LibraryDesk {
  const sources = namedSources(settings, { logger, clock }).map(({ source }) => source);
  const status = new SyncStatus();
  const planner = new Planner({
    ...{ catalog, clock, timeZone: settings.timeZone, withPlanning: planningHere(catalog) },
    span: { ...PLANNED_AHEAD, keepMs: KEPT_MS },
  });
  const syncer = new Syncer({
    catalog,
    sources,
    planner,
    status,
    clock,
    logger,
    statesOf: (files) => fileStates(files),
    suggestRules: (notFound) => rulesPathsNeed(notFound, settings.pathMap, { clock }),
  });
  /** True when files are still being written. What is wrong with a library is in the overview. */
  async function look(mayShrink: boolean): Promise<boolean> {
    const { isGrowing, failures } = await syncer.sync({ mayShrink });
    for (const failure of failures) if (!isLibraryTrouble(failure)) throw failure;
    return isGrowing;
  }

  return {
    isAtWork: false,
    async sync({ mayShrink, onProgress }) {
      const unfollow = status.follow(onProgress);
      try {
        if (!(await look(mayShrink))) return;
        await new Promise<void>((resolve) => void clock.after(STABLE_MS, resolve));
        await look(mayShrink);
      } finally {
        unfollow();
      }
    },
    async overview() {
      const summaries = await catalog.libraryReader.summaries(sources.map(({ id }) => id));
      const progress = { ...status.progress, isRunning: status.isRunning };
      return { sync: progressJSON(progress), sources: summaries.map(sourceJSON) };
    },
    async [Symbol.asyncDispose]() {
      await planner.close();
      await close();
    },
  };
}

const progress = z.object({ source: z.string().nullable(), items: z.number(), expected: z.number().nullable() });

/** The desk of a sidecar at work, over its API. */
export function deskAt(url: string, headers: Readonly<Record<string, string>>): LibraryDesk {
  const ask = (address: string, init: RequestInit = {}): Promise<Response> =>
    askSidecar(url + address, { ...init, headers });
  return {
    isAtWork: true,
    async sync({ mayShrink, onProgress }) {
      await ask(`/api/library/sync?allow_removals=${mayShrink}`, { method: 'POST' });
      const { body } = await ask('/api/library/sync');
      if (body !== null) await follow(body, onProgress);
    },
    overview: async () => (await ask('/api/library')).json(),
    async [Symbol.asyncDispose]() {},
  };
}

/** Server-sent events, each on a line of its own, until the sidecar ends them. */
async function follow(body: ReadableStream<Uint8Array>, onProgress: (progress: Progress) => void): Promise<void> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: ')) onProgress(progress.parse(JSON.parse(line.slice('data: '.length))));
    }
  }
}
