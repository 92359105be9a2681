import { describe, expect, it, test } from '@jest/globals';
import { type LibraryDesk, type Progress, runLibrary, runSync } from '../../src/cli/library.ts';

const EMPTY = {
  ...{ id: 'folder:/films', schema: 'folder', synced_at: '2026-01-02T03:04:05.000Z', problem: null, libraries: [] },
  ...{ collections: [], files: { items: 0, missing: 0 }, missing_files: [], suggested_path_map: null },
  ...{ unplayable_files: [], waiting_for_confirmation: [], skipped_rows: {} },
};
const COUNTS = { films: 0, shows: 0, episodes: 0, missing: 0, unplayable: 0 };
const HOST = {
  ...{ ...EMPTY, id: 'jellyfin:/config', schema: 'Jellyfin 12.0' },
  libraries: [
    { ...COUNTS, name: 'Movies', films: 7, missing: 2, unplayable: 1 },
    { ...COUNTS, name: 'Shows', shows: 1, episodes: 8 },
  ],
  collections: [{ id: 'c', kind: 'playlist', name: 'Evening List', items: 3 }],
};

/** Runs a command at a desk, and tells all that it has said. */
async function ask(
  sources: readonly object[],
  {
    isAtWork = false,
    isTerminal = false,
    command = 'library',
    progress = [],
  }: { isAtWork?: boolean; isTerminal?: boolean; command?: 'library' | 'json' | 'sync'; progress?: Progress[] } = {},
) {
  const said = { out: '', err: '', synced: [] as boolean[] };
  const desk: LibraryDesk = {
    isAtWork,
    async sync({ mayShrink, onProgress }) {
      said.synced.push(mayShrink);
      for (const step of progress) onProgress(step);
    },
    overview: async () => ({ sync: {}, sources }),
    async [Symbol.asyncDispose]() {},
  };
  const options = {
    ...{ desk, isTerminal, print: (text: string) => void (said.out += text) },
    printError: (text: string) => void (said.err += text),
  };
  const code =
    command === 'sync'
      ? await runSync({ ...options, mayShrink: true })
      : await runLibrary({ ...options, json: command === 'json' });
  return { code, ...said };
}

describe('sidecast library', () => {
  test('tells of sources, libraries and lists', async () => {
    const { code, out } = await ask([HOST, { ...EMPTY, libraries: [{ ...COUNTS, name: '', films: 1 }] }]);
    expect(out).toBe(`jellyfin:/config
  Jellyfin 12.0, looked through at 2026-01-02T03:04:05.000Z
  Movies: 7 films, 2 not on this machine, 1 that cannot be aired
  Shows: 1 show with 8 episodes
  playlist "Evening List": 3 items

folder:/films
  folder, looked through at 2026-01-02T03:04:05.000Z
  1 film
`);
    expect(code).toBe(0);
  });

  it.each<[what: string, source: object, line: string, code: number]>([
    [
      'a source that cannot be read',
      { problem: 'the database is damaged', synced_at: null },
      '  it could not be looked through: the database is damaged',
      1,
    ],
    ['files that are not here', { files: { items: 3, missing: 2 } }, '  2 of 3 files not found here', 0],
    [
      'the rule that is missing',
      { suggested_path_map: '/media=>/mnt/nas' },
      `  they are found with SIDECAST_PATH_MAP='/media=>/mnt/nas'`,
      0,
    ],
    ['which files', { missing_files: ['/media/a.mkv'] }, '  not on this machine:\n    /media/a.mkv', 0],
    [
      'what cannot be aired, and why',
      { unplayable_files: [{ path: '/a.mkv', problem: '/a.mkv is no video' }] },
      '  cannot be aired:\n    /a.mkv is no video',
      0,
    ],
    [
      'what waits for a confirmation',
      { waiting_for_confirmation: [{ library: 'Kids', items: 10, unseen: 9 }] },
      '  9 of 10 items of "Kids" no longer found; if they are really gone: sidecast sync --allow-removals',
      1,
    ],
    ['rows that made no sense', { skipped_rows: { item: 2 } }, '  rows that made no sense: 2 of the kind item', 0],
  ])('tells of %s', async (_, source, line, code) => {
    const answer = await ask([{ ...EMPTY, ...source }]);
    expect(answer.out).toContain(`\n${line}\n`);
    expect(answer.code).toBe(code);
  });

  test('looks first where no sidecar is at work, and takes nothing away', async () => {
    expect((await ask([EMPTY])).synced).toEqual([false]);
    expect((await ask([EMPTY], { isAtWork: true })).synced).toEqual([]);
  });

  test('gives the same as JSON', async () => {
    const { out } = await ask([HOST], { command: 'json' });
    expect(JSON.parse(out)).toEqual({ sync: {}, sources: [HOST] });
  });
});

describe('sidecast sync', () => {
  test('looks even where a sidecar is at work, with what was confirmed, and sums up', async () => {
    const { out, synced } = await ask([HOST], { command: 'sync', isAtWork: true });
    expect(synced).toEqual([true]);
    expect(out).toMatch(/^jellyfin:\/config\n {2}Jellyfin 12.0, looked.*\n {2}Movies: 7 films/);
    expect(out).not.toContain('Evening List');
  });

  const steps = [
    { source: 'jellyfin:/config', items: 500, expected: 1000 },
    { source: 'folder:/films', items: 3, expected: null },
    { source: null, items: 0, expected: null },
  ];

  test('draws a bar on a terminal and takes it away', async () => {
    const { err } = await ask([HOST], { command: 'sync', isTerminal: true, progress: steps });
    const [, ...lines] = err.split('\r');
    expect(lines[0]).toBe('jellyfin:/config: [############............] 500 items');
    expect(lines[1]?.trimEnd()).toBe('folder:/films: 3 items');
    // What stood there longer is written over.
    expect(lines[1]).toHaveLength(lines[0]!.length);
    expect(lines.at(-2)?.trim()).toBe('');
    expect(lines.at(-1)).toBe('');
  });

  test('says nothing of it where nobody watches', async () => {
    expect((await ask([HOST], { command: 'sync', progress: steps })).err).toBe('');
  });
});
