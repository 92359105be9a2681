#!/usr/bin/env node
// Started by unplugged.mjs in a network of its own, in which it may do as it likes; prints what it saw as JSON.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanUp, end, start } from '../bench/cleanup.mjs';
import { MAIN } from '../bench/sidecar.mjs';

const { library, folders, limitSeconds } = JSON.parse(process.argv[2] ?? '{}');
const VIEWER = path.join(import.meta.dirname, 'unplugged-viewer.mjs');
const PORT = 8765;
const HERE = `http://127.0.0.1:${PORT}`;
/** A sidecar that others can reach has a key. */
const KEY = randomBytes(24).toString('hex');
/** Connections that stay are the viewers'. */
const HEADERS = { connection: 'close', 'x-api-key': KEY };
const LOOK_MS = 250;
/** Both kinds of viewer, and nobody else. */
const VIEWERS = 2;

/** The other end of the cable is a network, too. */
const elsewhere = start('unshare', ['--net', 'sleep', 'infinity']);
const there = ['nsenter', `--target=${elsewhere.pid}`, '--net'];

try {
  process.stdout.write(JSON.stringify(await pullTheCable()));
} finally {
  await cleanUp();
}

async function pullTheCable() {
  await untilTrue(() => networkOf(elsewhere.pid) !== networkOf('self'));
  run(['ip', 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb', 'netns', String(elsewhere.pid)]);
  run(['ip', 'addr', 'add', '10.0.0.1/30', 'dev', 'va']);
  run(['ip', 'link', 'set', 'va', 'up']);
  run([...there, 'ip', 'addr', 'add', '10.0.0.2/30', 'dev', 'vb']);
  run([...there, 'ip', 'link', 'set', 'vb', 'up']);

  const sidecar = startSidecar();
  const channel = await untilTrue(async () => (await json('/api/channels')).find(({ listed }) => listed));
  const [program, ...args] = there;
  const address = `http://10.0.0.1:${PORT}/stream/${channel.id}`;
  for (const url of [`${address}.ts`, `${address}/480p.m3u8`])
    start(program, [...args, process.execPath, VIEWER, url], { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilTrue(async () => (await viewers()).ts === 1 && (await viewers()).hls === 1);
  // What it opens once is open.
  await delay(10_000);
  const refusedBefore = !(await isLetIn(channel));
  const connections = await socketsOf(sidecar.pid);

  run([...there, 'ip', 'link', 'set', 'vb', 'down']);
  const pulledAt = performance.now();
  const secondsUntil = async (isTrue) => {
    await untilTrue(isTrue, limitSeconds * 1000);
    return (performance.now() - pulledAt) / 1000;
  };
  const hlsSeconds = await secondsUntil(async () => (await viewers()).hls === 0);
  const letInAfter = await isLetIn(channel);
  const hlsClosedSeconds = await secondsUntil(async () => (await socketsOf(sidecar.pid)) < connections);
  const tsSeconds = await secondsUntil(async () => (await viewers()).ts === 0);
  await delay(1000);
  const connectionsLeft = Math.max(0, (await socketsOf(sidecar.pid)) - (connections - VIEWERS));
  await end(sidecar);
  return { refusedBefore, letInAfter, hlsSeconds, hlsClosedSeconds, tsSeconds, connectionsLeft };
}

function startSidecar() {
  const sidecar = start(process.execPath, [MAIN], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {
      PATH: process.env.PATH ?? '',
      SIDECAST_API_KEY: KEY,
      SIDECAST_HOST: '0.0.0.0',
      SIDECAST_PORT: String(PORT),
      SIDECAST_LIBRARY: `folder:${library}`,
      SIDECAST_DATA_DIR: folders.data,
      SIDECAST_STREAMS_DIR: folders.streams,
      SIDECAST_SEGMENT_SECONDS: '1',
      SIDECAST_HARDWARE_ACCEL: 'none',
      SIDECAST_QUALITIES: '480p',
      SIDECAST_TUNER_QUALITY: '480p',
      SIDECAST_MAX_VIEWERS: String(VIEWERS),
    },
  });
  return sidecar;
}

async function json(address) {
  return (await fetch(HERE + address, { headers: HEADERS })).json();
}

/** Viewers by how they watch. */
async function viewers() {
  const text = await (await fetch(`${HERE}/metrics`, { headers: HEADERS })).text();
  const found = [...text.matchAll(/^sidecast_viewers\{kind="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(found.map(([, kind, count]) => [kind, Number(count)]));
}

/** Whether one more may watch; it leaves at once. */
async function isLetIn({ id }) {
  const controller = new AbortController();
  const { ok } = await fetch(`${HERE}/stream/${id}.ts`, { signal: controller.signal });
  controller.abort();
  return ok;
}

/** Sockets that a process has open. */
async function socketsOf(pid) {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return links.filter((link) => link.startsWith('socket:')).length;
}

function networkOf(pid) {
  return execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' });
}

function run([program, ...args]) {
  execFileSync(program, args);
}

async function untilTrue(look, limitMs = 60_000) {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const found = await Promise.resolve(look()).catch(() => undefined);
    if (found) return found;
    await delay(LOOK_MS);
  }
  throw new Error(`not within ${limitMs} ms: ${look}`);
}
