#!/usr/bin/env node
// Many viewers in a process of their own, started by load.mjs: what they cost is not the server's.
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { segmentsOfTS } from './ts-segments.mjs';

/** The first one asks so long after a segment is due to be published, and the last one so long. */
const FIRST_AFTER_MS = 250;
const LAST_AFTER_MS = 1500;

const { kind, urls, viewers, segmentMs, isAtOnce = false } = JSON.parse(process.argv[2] ?? '{}');
const seen = { bytes: 0, segments: 0, late: 0, slowestMs: -Infinity, failures: 0, lastFailure: '' };

const KINDS = { hls: watchHLS, ts: watchTS, segments: watchSegments, eager: fetchEagerly };
let present = 0;
for (let viewer = 0; viewer < viewers; viewer++) {
  void KINDS[kind](urls[viewer % urls.length], viewer).catch((error) => {
    seen.failures++;
    seen.lastFailure = error.message;
  });
}

process.on('message', () => process.send({ ...seen, present }));
process.on('disconnect', () => process.exit());

/**
 * A segment has come whole to one who tuned in at `since`: in time if its successor has not been published yet. One is
 * published two segments before its start; those that were there before the viewer do not count.
 */
function whole({ startMs, wholeAt, since }) {
  if (startMs - 2 * segmentMs < since) return;
  const afterMs = wholeAt - (startMs - 2 * segmentMs);
  seen.segments++;
  seen.slowestMs = Math.max(seen.slowestMs, afterMs);
  if (afterMs > segmentMs) seen.late++;
}

/** How long after a segment is due a viewer asks: each has its own moment, unless all ask at once. */
function momentOf(viewer) {
  return isAtOnce ? FIRST_AFTER_MS : FIRST_AFTER_MS + (viewer / viewers) * (LAST_AFTER_MS - FIRST_AFTER_MS);
}

/** Asks for the playlist once in each segment's time (RFC 8216, 6.3.4) and for each new segment, over one connection. */
async function watchHLS(url, viewer) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const afterMs = momentOf(viewer);
  const since = Date.now();
  let playlistUrl = url;
  let newest;
  for (;;) {
    await delay(segmentMs - ((Date.now() - afterMs) % segmentMs));
    const { text, url: from } = await get(playlistUrl, agent, { keep: true });
    playlistUrl = from;
    const listed = segmentsIn(text);
    if (newest === undefined) present++;
    // The first time it takes the newest only: what lies before it was published before.
    const fresh = newest === undefined ? listed.slice(-1) : listed.filter(({ number }) => number > newest);
    for (const { number, address, startMs } of fresh) {
      await get(new URL(address, playlistUrl).href, agent);
      whole({ startMs, wholeAt: Date.now(), since });
      newest = number;
    }
  }
}

function segmentsIn(playlist) {
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]);
  const found = [...playlist.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(\S+)\n#EXTINF:[^\n]*\n(\S+)/g)];
  return found.map(([, date, address], at) => ({ number: first + at, address, startMs: Date.parse(date) }));
}

/** Asks for each segment when it has been published, as one who knows the clock; no playlists. */
async function watchSegments(url, viewer) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const afterMs = momentOf(viewer);
  let next = Math.ceil(Date.now() / segmentMs) + 2;
  present++;
  for (;;) {
    await delay((next - 2) * segmentMs + afterMs - Date.now());
    while (!(await get(`${url}${next}.ts`, agent).then(Boolean, () => false))) await delay(20);
    whole({ startMs: next * segmentMs, wholeAt: Date.now(), since: 0 });
    next++;
  }
}

/** Asks for the newest segment again and again, as fast as it comes. */
async function fetchEagerly(url) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let from = url;
  present++;
  for (;;) {
    const playlist = await get(from, agent, { keep: true });
    from = playlist.url;
    const { address, startMs } = segmentsIn(playlist.text).at(-1);
    do await get(new URL(address, from).href, agent);
    while (Date.now() < startMs - segmentMs);
  }
}

/** Reads the continuous TS. */
function watchTS(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`GET ${url}: ${response.statusCode}`));
      present++;
      const since = Date.now();
      const read = segmentsOfTS((segment) => whole({ ...segment, since }));
      response.on('data', (bytes) => {
        seen.bytes += bytes.length;
        read(bytes);
      });
      response.on('close', () => reject(new Error(`GET ${url}: it ended`)));
    });
    request.on('error', reject);
  });
}

function get(url, agent, { keep = false } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      const { statusCode = 0, headers } = response;
      let text = '';
      response.on('data', (bytes) => {
        seen.bytes += bytes.length;
        if (keep) text += String(bytes);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (statusCode === 302) resolve(get(new URL(headers.location, url).href, agent, { keep }));
        else if (statusCode === 200) resolve({ text, url });
        else reject(new Error(`GET ${url}: ${statusCode}`));
      });
    });
    request.on('error', reject);
  });
}
