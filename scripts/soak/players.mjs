import { existsSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { end, start } from '../bench/cleanup.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));
const HLS_JS = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js');

/** A viewer of the continuous stream, who comes back when the sidecar does; `lost` counts connections that ended. */
export class TsViewer {
  lost = 0;
  bytes = 0;
  #url;
  #request;
  #done = false;

  constructor(url) {
    this.#url = url;
    this.#watch();
  }

  stop() {
    this.#done = true;
    this.#request?.destroy();
  }

  #watch() {
    if (this.#done) return;
    let wasOn = false;
    this.#request = http.get(this.#url, { agent: false }, (response) => {
      wasOn = response.statusCode === 200;
      response.on('data', (data) => (this.bytes += data.length));
      response.on('error', () => {});
    });
    this.#request.on('error', () => {});
    this.#request.on('close', () => {
      if (this.#done) return;
      if (wasOn) this.lost++;
      setTimeout(() => this.#watch(), 200);
    });
  }
}

/** mpv on the HLS, without a picture or sound for anybody; undefined where it is not installed. */
export function startMpv(url) {
  if (!existsSync('/usr/bin/mpv')) return undefined;
  const quiet = ['--no-config', '--vo=null', '--ao=null', '--no-terminal', '--log-file=/dev/stdout'];
  const child = start('/usr/bin/mpv', [...quiet, '--msg-level=all=error', url]);
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (said += String(text)));
  return {
    async stop() {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      await end(child);
      const errors = said.split('\n').filter((line) => /\[[ef]\]/.test(line));
      return hasEnded ? [...errors, 'mpv ended by itself'] : errors;
    },
  };
}

/** hls.js in Chromium, as it comes, on one rendition; undefined where there is no Chromium. */
export async function startHlsJs(url) {
  if (CHROMIUM === undefined) return undefined;
  const { chromium } = await import('playwright-core');
  const script = await readFile(HLS_JS, 'utf8');
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...args, '--autoplay-policy=no-user-gesture-required'],
  });
  const page = await browser.newPage();
  await page.setContent('<video muted></video>');
  await page.addScriptTag({ content: script });
  await page.evaluate((source) => {
    const { Hls } = window;
    const hls = new Hls();
    window.fatal = [];
    hls.on(Hls.Events.ERROR, (_, { fatal, details }) => fatal && window.fatal.push(details));
    hls.loadSource(source);
    hls.attachMedia(document.querySelector('video'));
    hls.on(Hls.Events.MANIFEST_PARSED, () => document.querySelector('video').play());
  }, url);
  return {
    /** Fatal errors, and whether it still plays. */
    async stop() {
      const time = () => page.evaluate(() => document.querySelector('video').currentTime);
      const before = await time();
      await delay(5000);
      const errors = await page.evaluate(() => window.fatal);
      const isPlaying = (await time()) > before;
      await browser.close();
      return isPlaying ? errors : [...errors, 'hls.js stands still'];
    },
  };
}
