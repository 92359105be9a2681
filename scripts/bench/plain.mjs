#!/usr/bin/env node
// The least that a server in Node does: its own HTTP, and the files of a segment output tree in memory. Started by load.mjs.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/** A playlist is read again after so long. */
const FRESH_MS = 200;
const MOST_FILES = 8;
const TYPES = { '.m3u8': 'application/vnd.apple.mpegurl', '.ts': 'video/mp2t' };

const [folder] = process.argv.slice(2);
const files = new Map();

const server = http.createServer((request, response) => {
  const file = fileAt(request.url);
  if (file === undefined) return response.writeHead(404).end();
  response.writeHead(200, file.headers);
  return response.end(file.bytes);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());

function fileAt(url) {
  const known = files.get(url);
  if (known !== undefined && performance.now() < known.freshUntil) return known;
  const extension = path.extname(url);
  try {
    const bytes = readFileSync(path.join(folder, url));
    const headers = ['Content-Type', TYPES[extension], 'Content-Length', String(bytes.length)];
    const freshUntil = extension === '.ts' ? Infinity : performance.now() + FRESH_MS;
    files.set(url, { bytes, headers, freshUntil });
  } catch {
    return undefined;
  }
  for (const [oldest] of files) if (files.size > MOST_FILES) files.delete(oldest);
  return files.get(url);
}
