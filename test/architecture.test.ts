import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';

/** What each folder of src may use of the others besides shared/. Types may come from anywhere: they are words. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  access: [],
  library: [],
  artwork: [],
  schedule: [],
  ffmpeg: ['schedule'],
  catalog: ['library', 'schedule', 'ffmpeg'],
  splice: ['schedule', 'ffmpeg'],
  reels: ['schedule', 'ffmpeg', 'splice'],
  drawing: [],
  segments: ['schedule', 'ffmpeg'],
  playlist: ['schedule', 'ffmpeg', 'segments'],
  stream: ['catalog', 'schedule', 'ffmpeg', 'reels', 'splice', 'segments', 'playlist'],
  tuner: ['catalog', 'schedule'],
  metrics: [],
  http: ['access', 'catalog', 'schedule', 'ffmpeg', 'segments', 'playlist', 'stream', 'tuner'],
  config: ['access', 'ffmpeg'],
  demo: [],
  verify: [],
  register: [],
  doctor: [],
  cli: ['config', 'ffmpeg', 'register', 'doctor'],
  wiring: [
    ...['library', 'catalog', 'schedule', 'ffmpeg', 'reels', 'splice', 'segments', 'playlist', 'stream', 'tuner'],
    ...['http', 'config', 'demo', 'artwork', 'drawing', 'metrics', 'verify', 'doctor', 'access'],
  ],
};

/** The same among the folders of a folder, which all may use what lies beside them, and what lies beside them all of them. */
const MAY_USE_WITHIN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  catalog: {
    library: [],
    channels: ['library'],
    planning: ['library', 'channels'],
    guide: ['library', 'channels'],
    warnings: ['library', 'channels'],
    'line-up': ['library', 'channels'],
    migrations: ['channels'],
  },
  stream: {
    session: [],
    viewers: [],
    plan: [],
    cards: [],
    admission: ['plan'],
    playout: ['cards'],
    broadcast: ['plan', 'admission', 'playout'],
    live: ['session', 'viewers', 'plan', 'admission', 'broadcast'],
    'catch-up': ['viewers', 'cards'],
  },
};

/** Where everything is put together: only there effects, settings and all that is outermost meet. */
const OUTERMOST = ['wiring', 'sidecar.ts', 'main.ts', 'index.ts'];

/** Files without effects: they know no disk, no process, no database, no network and no clock. */
const PURE = /^(schedule|splice|tuner(?!\/responders)|playlist(?!\/writer))\//;
const EFFECTS =
  /^(node:(fs|fs\/promises|child_process|net|http|https|dgram|os|timers|timers\/promises)|execa|knex|chokidar|koa|sqlite3)$/;
const CLOCK = /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|process\.)/;

interface Import {
  /** Path in src, or the name of a package. */
  readonly target: string;
  readonly isType: boolean;
}

const src = path.join(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.d)\.ts$/.test(file));
const folders = [...new Set(files.filter((file) => file.includes('/')).map(folderOf))];

test('every folder has its place in the table', () => {
  expect(folders.filter((folder) => !Object.hasOwn(MAY_USE, folder))).toEqual([]);
});

test('the table has no way round', () => {
  const reach = (folder: string): readonly string[] =>
    (MAY_USE[folder] ?? []).flatMap((used) => [used, ...reach(used)]);
  expect(Object.keys(MAY_USE).filter((folder) => reach(folder).includes(folder))).toEqual([]);
});

describe.each(folders)('%s/', (folder) => {
  it('uses only what lies before it in the way of the data', () => {
    const allowed = [folder, 'shared', ...(MAY_USE[folder] ?? [])];
    // Settings are known only by their one file.
    const isAllowed = (target: string) =>
      allowed.includes(folderOf(target)) || (['cli', 'wiring'].includes(folder) && target === 'config.ts');
    expect(ownImports(folder, ({ target, isType }) => !isType && !isAllowed(target))).toEqual([]);
  });
});

describe.each(Object.entries(MAY_USE_WITHIN))('%s/', (outer, table) => {
  const innerOf = (file: string) => (folderOf(file) === outer ? /\/([^/]+)\//.exec(file)?.[1] : undefined);

  test('has the folders of its table', () => {
    const there = new Set(files.flatMap((file) => innerOf(file) ?? []));
    expect([...there].toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it.each(Object.entries(table))('%s/ uses of the others only %j', (name, used) => {
    const wrong = ownImports(outer, ({ target, isType }, file) => {
      const other = innerOf(target);
      return innerOf(file) === name && !isType && other !== undefined && ![name, ...used].includes(other);
    });
    expect(wrong).toEqual([]);
  });
});

test('shared/ is a leaf: it takes not even types', () => {
  expect(ownImports('shared', ({ target }) => folderOf(target) !== 'shared')).toEqual([]);
});

test.each(['http', 'cli', 'wiring', 'sidecar.ts', 'main.ts'])(
  '%s is known only to what puts things together',
  (outermost) => {
    const users = files.filter((file) => importsOf(file).some(({ target }) => folderOf(target) === outermost));
    const outside = users.filter((file) => folderOf(file) !== outermost);
    expect(outside.filter((file) => !OUTERMOST.includes(folderOf(file)))).toEqual([]);
  },
);

test.each(files.filter((file) => PURE.test(file)))('%s has no effects and no clock', (file) => {
  expect(importsOf(file).filter(({ target }) => EFFECTS.test(target))).toEqual([]);
  expect(CLOCK.exec(withoutComments(file))?.[0]).toBeUndefined();
});

test('databases of hosts are opened in one place, which opens none of them for writing', () => {
  const openers = files.filter((file) => importsOf(file).some(({ target, isType }) => target === 'knex' && !isType));
  expect(openers.filter((file) => folderOf(file) === 'library')).toEqual(['library/database/connection.ts']);
  const scripts = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.mjs'));
  const users = [...files, ...scripts].filter((file) => importsOf(file).some(({ target }) => target === 'sqlite3'));
  expect(users).toEqual(['library/disk/disk-child.mjs']);
});

/** `file → target` for every import of our own that `isWrong`. */
function ownImports(folder: string, isWrong: (imported: Import, file: string) => boolean): string[] {
  return files
    .filter((file) => folderOf(file) === folder)
    .flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported.target.endsWith('.ts') && isWrong(imported, file))
        .map(({ target }) => `${file} → ${target}`),
    );
}

function importsOf(file: string): Import[] {
  const statements = /^(?:import|export)\s+(type\s)?(?:[^;']*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/gm;
  return [...withoutComments(file).matchAll(statements)].map(([, type, fixed, lazy]) => {
    const target = fixed ?? lazy ?? '';
    return {
      target: target.startsWith('.') ? path.join(path.dirname(file), target) : target,
      isType: type !== undefined,
    };
  });
}

function withoutComments(file: string): string {
  return readFileSync(path.join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

function folderOf(file: string): string {
  return file.split('/', 1)[0] ?? file;
}
