import { cleanUp } from '../bench/cleanup.mjs';
import { hdHomeRun } from './hdhomerun.mjs';
import { kodi } from './kodi.mjs';
import { startForHosts } from './sidecar.mjs';
import { vlc } from './vlc.mjs';

const HOSTS = { hdhomerun: hdHomeRun, vlc, kodi };

/** Each host in turn on one sidecar; a line for all that held, and for the first thing that did not. */
async function run(names) {
  const sidecar = await startForHosts();
  let failed = 0;
  for (const name of names) {
    try {
      for await (const held of HOSTS[name](sidecar)) process.stdout.write(`✓ ${name}: ${held}\n`);
    } catch (error) {
      failed++;
      process.stdout.write(`✗ ${name}: ${error.message}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(HOSTS, name));
if (unknown.length > 0) {
  process.stderr.write(`npm run hosts -- [${Object.keys(HOSTS).join(' | ')}]…\n`);
  process.exit(2);
}
let code = 2;
try {
  code = await run(names.length === 0 ? Object.keys(HOSTS) : names);
} finally {
  await cleanUp();
}
process.exit(code);
