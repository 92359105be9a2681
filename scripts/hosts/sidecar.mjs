import { execFile } from 'node:child_process';
import { mkdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeTempFolder, start } from '../bench/cleanup.mjs';
import { until } from './wait.mjs';

const run = promisify(execFile);
const MAIN = path.join(import.meta.dirname, '../../dist/main.js');
/** Long ago: a file that was written just now is looked at twice before it is taken in. */
const LONG_AGO = new Date('2020-01-01T00:00:00Z');
/** Names that are read in many ways. */
const SHOWS = ['24 Hour Comedy', 'Alpha, Beta - Gamma'];
const EPISODE_SECONDS = 20;

/** A sidecar with two channels of short episodes, whose HDHomeRun is found by UDP; on loopback. */
export async function startForHosts() {
  const folder = await makeTempFolder('sidecast-hosts-');
  for (const show of SHOWS) await makeShow(path.join(folder, 'library', show), show);
  const child = start(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH ?? '',
      SIDECAST_HOST: '127.0.0.1',
      SIDECAST_PORT: '0',
      SIDECAST_DATA_DIR: path.join(folder, 'data'),
      SIDECAST_STREAMS_DIR: path.join(folder, 'streams'),
      SIDECAST_LIBRARY: `folder:${path.join(folder, 'library')}`,
      SIDECAST_HARDWARE_ACCEL: 'none',
      SIDECAST_QUALITIES: '480p',
      SIDECAST_HDHOMERUN_DISCOVERY: 'forced',
    },
  });
  let output = '';
  let log = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (log += String(text)));
  const url = await until('the sidecar says where it listens', () => {
    if (child.exitCode !== null) throw new Error(`the sidecar ended with ${child.exitCode}: ${log}`);
    return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  });
  const channels = await until('all channels are there', async () => {
    const all = await (await fetch(`${url}/api/channels`)).json();
    return all.length === SHOWS.length && all;
  });
  return {
    ...{ url, folder, channels },
    /** How many tuners or players watch a channel. */
    async viewersOf({ id }) {
      const response = await fetch(`${url}/api/streams/${id}`);
      return response.ok ? (await response.json()).client_count : 0;
    },
  };
}

async function makeShow(folder, show) {
  await mkdir(folder, { recursive: true });
  for (const episode of [1, 2]) {
    const file = path.join(folder, `${show} S01E0${episode}.mkv`);
    await run('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${EPISODE_SECONDS}`],
      ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${EPISODE_SECONDS}`],
      ...['-c:v', 'libx264', '-preset', 'superfast', '-c:a', 'aac', file],
    ]);
    await utimes(file, LONG_AGO, LONG_AGO);
  }
}
