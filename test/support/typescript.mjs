// Loaded into the tests, the bench and the processes that they start: what these run of src is TypeScript, which node reads by
// itself only from version 22.18 on.
import { register } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

// A program that the tests start is the one that is built of it: to read a hundred files takes five times as long.
export async function resolve(specifier, context, next) {
  const isProgram = context.parentURL === undefined && specifier.endsWith('.ts');
  if (!isProgram || process.env.TESTS_SHARED_FOLDER === undefined) return next(specifier, context);
  const { builtFolder } = await import('./built.mjs');
  return next(pathToFileURL(path.join(await builtFolder(), `${path.basename(specifier, '.ts')}.js`)).href, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transformFile } = await import('@swc/core');
  const { code } = await transformFile(fileURLToPath(url), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
