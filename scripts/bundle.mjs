// Makes the program of its source and its packages, as few files in one folder: to find, open and link a thousand takes
// longer than all else that a start does. Which folder is the one argument; what is in it goes.
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/** Packages with machine code, or that read files of their own. */
const WITH_FILES = ['@resvg/resvg-js', 'harfbuzzjs', 'sharp', 'sqlite3'];
/** What knex loads for databases that nobody here has. */
const OTHER_DATABASES = [
  'better-sqlite3',
  'mariadb',
  'mysql',
  'mysql2',
  'oracledb',
  'pg',
  'pg-query-stream',
  'tedious',
];

const source = path.join(import.meta.dirname, '../src');
const [outdir] = process.argv.slice(2);

const how = {
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  external: [...WITH_FILES, ...OTHER_DATABASES],
  // Packages that are no modules yet call it.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  plugins: [withoutOtherLanguages()],
};

/** A third of zod are its messages in fifty languages, all of which would be loaded. */
function withoutOtherLanguages() {
  return {
    name: 'without-other-languages',
    setup: (bundle) => bundle.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: '' })),
  };
}

await rm(outdir, { recursive: true, force: true });
// What is imported when needed is loaded when needed.
await build({
  ...how,
  entryPoints: {
    main: path.join(source, 'main.ts'),
    index: path.join(source, 'index.ts'),
    'picture-child': path.join(source, 'drawing/picture-child.ts'),
  },
  splitting: true,
});
// By itself, and without what only people read: somebody waits for its start, too.
await build({
  ...how,
  entryPoints: { 'planning-child': path.join(source, 'catalog/planning/planning-child.ts') },
  minifyWhitespace: true,
});
// Needs nothing of others but SQLite.
await copyFile(path.join(source, 'library/disk/disk-child.mjs'), path.join(outdir, 'disk-child.mjs'));
