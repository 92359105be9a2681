import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transformFile } from '@swc/core';

const ROOT = path.join(import.meta.dirname, '../..');

/** Makes some folders of src runnable by a process of its own. Gives the folder. */
export async function transpileInto(folder: string, parts: readonly string[]): Promise<string> {
  const built = path.join(folder, 'transpiled');
  await mkdir(built, { recursive: true });
  await writeFile(path.join(built, 'package.json'), '{ "type": "module" }');
  await symlink(path.join(ROOT, 'node_modules'), path.join(built, 'node_modules'));
  for (const part of parts) await transpileAll(part, built);
  return built;
}

/** Makes a folder of src runnable, below another one: much quicker than the compiler, which checks all types. */
export async function transpileAll(part: string, built: string): Promise<void> {
  const files = await readdir(path.join(ROOT, 'src', part), { recursive: true });
  await Promise.all(files.map((file) => transpile(path.join(part, file), built)));
}

async function transpile(file: string, built: string): Promise<void> {
  const [source, target] = [path.join(ROOT, 'src', file), path.join(built, file.replace(/\.ts$/, '.js'))];
  if (!/\.m?[jt]s$/.test(file) || file.endsWith('.d.ts')) return;
  await mkdir(path.dirname(target), { recursive: true });
  if (!file.endsWith('.ts')) return copyFile(source, target);
  const { code } = await transformFile(source, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  await writeFile(target, code.replaceAll(/(?<=(?:from |import\()(['"])\.[^'"]*)\.ts(?=\1)/g, '.js'));
}
