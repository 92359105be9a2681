import { suggestedPathMap, type SyncReport } from '../catalog/library/source-state.ts';
import { shrinkingInWords } from '../catalog/library/syncer.ts';
import { hasCode, messageOf } from '../shared/errors.ts';
import type { Health } from '../shared/health.ts';
import type { Logger } from '../shared/logger.ts';

const LIBRARY_TROUBLE = ['library_unreadable', 'library_unsupported', 'library_locked', 'timeout'];

/** True for what stands in the way of reading a library. All else is trouble with our own database. */
export function isLibraryTrouble(error: unknown): boolean {
  return LIBRARY_TROUBLE.some((code) => hasCode(error, code));
}

/** What health and the log are told of libraries. */
export interface LibraryHealth {
  onSynced(source: string, report: SyncReport): void;
  onFailed(source: string, error: unknown): void;
}

export function libraryHealth(health: Health, logger: Logger): LibraryHealth {
  /** What a source was last said to fail with: it is tried over and over. */
  const said = new Map<string, string>();
  return {
    onSynced(source, report) {
      const { shrinking, files } = report;
      said.delete(source);
      health.clear('library_unreadable', source);
      const shrunk = shrinking.map(shrinkingInWords).join('; ');
      health.teller('library_shrunk', source)(shrunk === '' ? undefined : `${source}: ${shrunk}`);
      const rules = suggestedPathMap(report);
      if (files.missing * 2 <= files.items && rules === null) {
        health.clear('library_files_missing', source);
        return;
      }
      const problem = `${source}: ${files.missing} of ${files.items} files are not on this machine`;
      const advice = rules === null ? undefined : `they are found with SIDECAST_PATH_MAP='${rules}'`;
      health.raise('library_files_missing', source, problem, advice);
      logger.warn(
        { source, ...files, ...(rules !== null && { rules }) },
        `files of a library are not found${advice ? `; ${advice}` : ''}`,
      );
    },
    onFailed(source, error) {
      // Our own database is told of, and mended, elsewhere.
      if (!isLibraryTrouble(error)) return;
      const problem = messageOf(error);
      health.raise('library_unreadable', source, problem);
      if (said.get(source) !== problem) logger.error({ source }, problem);
      said.set(source, problem);
    },
  };
}
