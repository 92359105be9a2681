#!/usr/bin/env node
// A player beyond the cable, started by unplugged-lab.mjs: reads a continuous stream, or asks for a playlist each second.
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [, , url = ''] = process.argv;

if (url.endsWith('.ts')) await get(url);
else for (let address = url; ; await delay(1000)) address = await get(address);

/** Reads an answer to its end; resolves with the address that gave it. */
function get(from) {
  return new Promise((resolve, reject) => {
    const request = http.get(from, { agent }, (response) => {
      if ((response.statusCode ?? 0) >= 400) return reject(new Error(`GET ${from}: ${response.statusCode}`));
      response.resume();
      const { location } = response.headers;
      response.on('end', () => resolve(location === undefined ? from : get(new URL(location, from).href)));
    });
    // Its own system gives the connection up, too.
    request.on('error', (error) => (error.code === 'ETIMEDOUT' ? process.exit() : reject(error)));
  });
}
