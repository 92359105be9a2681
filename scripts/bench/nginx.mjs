import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { end, makeTempFolder, start } from './cleanup.mjs';
import { freePort } from './free-port.mjs';

const LIMIT_MS = 10_000;

/** True where there is an nginx to compare with. */
export function hasNginx() {
  return spawnSync('nginx', ['-v']).error === undefined;
}

/** nginx over a folder, as its manual has it for files: sendfile, no log. */
export async function startNginx(folder) {
  const own = await makeTempFolder('sidecast-bench-nginx-');
  const port = await freePort();
  const config = path.join(own, 'nginx.conf');
  await writeFile(config, configOf({ own, port, folder }));
  const child = start('nginx', ['-e', path.join(own, 'error.log'), '-p', own, '-c', config]);
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += String(text)));
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + LIMIT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`nginx does not start: ${complaints}`);
    await delay(50);
  }
  return { url, pid: child.pid, stop: () => end(child) };
}

function configOf({ own, port, folder }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${own};`);
  // Its worker must see what only we may see; without root this line is ignored.
  return `user root;
daemon off;
worker_processes 1;
pid ${own}/nginx.pid;
events { worker_connections 1024; }
http {
  ${temporary.join('\n  ')}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000;
  types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
  server { listen 127.0.0.1:${port}; root ${folder}; }
}
`;
}

async function answers(url) {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
