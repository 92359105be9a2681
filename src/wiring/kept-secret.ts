import { readFile } from 'node:fs/promises';
import { createSecret } from '../access/secrets.ts';
import { writeFileAtomic } from '../shared/atomic-file.ts';
import { AppError, hasCode } from '../shared/errors.ts';

const FOR_ITS_OWNER_ALONE = 0o600;

/** The secret that a file keeps; undefined where there is no such file. */
export async function keptSecret(file: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    if (/^[!-~]{16,200}$/.test(secret)) return secret;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  throw new AppError('invalid_settings', `${file} holds no key; delete it, and a new one is made at the next start`);
}

/** Makes a new secret and has the file keep it. */
export async function renewSecret(file: string): Promise<string> {
  const secret = createSecret();
  await writeFileAtomic(file, `${secret}\n`, { mode: FOR_ITS_OWNER_ALONE });
  return secret;
}
