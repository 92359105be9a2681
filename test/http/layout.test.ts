import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import type { HealthCause } from '../../src/shared/health.ts';
import { CHANNEL, CHANNELS, type RunningSidecar, startSidecar } from './sidecar.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const cause: HealthCause = {
  ...{ code: 'library_files_missing', message: `jellyfin:/${LONG}/${LONG}: no file is here` },
  ...{ advice: `mount /${LONG}`, since: '2026-11-24T20:00:00.000Z' },
};

let browser: Browser | undefined;
let sidecar: RunningSidecar;
beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  sidecar = await startSidecar({
    health: { report: async () => ({ status: 'degraded', causes: [cause] }) },
    guide: { channels: async () => CHANNELS.map((channel) => ({ ...channel, name: `${LONG} ${channel.number}` })) },
    access: { apiKey: 'correct-horse-battery', links: undefined, revokeLinks: async () => {} },
  });
});
afterAll(async () => {
  await browser?.close();
  await sidecar[Symbol.asyncDispose]();
});

const onWidths = [1280, 390].flatMap((width) =>
  ['/', '/api/docs', `/watch/${CHANNEL}`, '/login'].map((at) => ({ at, width })),
);

(CHROMIUM === undefined ? test.skip : it).each(onWidths)(
  '$at fits into $width pixels, without an error and with nothing from elsewhere',
  async ({ at, width }) => {
    const context = await browser!.newContext({
      viewport: { width, height: 900 },
      extraHTTPHeaders: { 'x-api-key': 'correct-horse-battery' },
    });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().replace('blob:', '').startsWith(sidecar.url)) wrong.push(`elsewhere: ${request.url()}`);
    });
    page.on('console', (message) => {
      // Here streams have no pictures.
      if (message.type() === 'error' && !message.text().includes('.ts')) wrong.push(message.text());
    });
    expect((await page.goto(sidecar.url + at))?.status()).toBe(200);
    const room = await page.evaluate<{ has: number; needs: number }>(`(() => {
      for (const one of document.querySelectorAll('details')) one.open = true;
      const { clientWidth: has, scrollWidth: needs } = document.documentElement;
      return { has, needs };
    })()`);
    expect([room, wrong]).toEqual([{ has: width, needs: width }, []]);
    await context.close();
  },
);
