import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PACKAGE_FOLDER } from '../shared/package-folder.ts';

const pluginManifest = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  /** The media servers and players that it serves. */
  hosts: z.array(z.string()),
  /** The setting to change when hosts reach the sidecar under another address. */
  base_url_setting: z.string(),
  /** Paths on disk, absolute addresses when served. */
  health_url: z.string(),
  m3u_url: z.string(),
  guide_url: z.string(),
  endpoints: z.array(z.object({ method: z.string(), path: z.string(), what: z.string() })),
});

/** What the sidecar is and offers, as `plugin-manifest.json` at the package's root says it. */
export type PluginManifest = z.infer<typeof pluginManifest>;

/** Reads the manifest that came with the package. */
export async function readPluginManifest(): Promise<PluginManifest> {
  const file = path.join(PACKAGE_FOLDER, 'plugin-manifest.json');
  return pluginManifest.parse(JSON.parse(await readFile(file, 'utf8')));
}
