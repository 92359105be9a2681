import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { facts, film, sourceOf, sync } from '../catalog/samples.ts';
import { openDesk } from './channel-desk.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);
const inBrowser = CHROMIUM === undefined ? test.skip : test;
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const WESTERNS = Array.from({ length: 10 }, (_, index) =>
  film(`Western ${index}`, {
    ...{ source: 'folder:/westerns', path: `/westerns/${index}.mkv`, genres: ['Western'], year: 1961 },
    durationMs: 90 * 60_000,
  }),
);

inBrowser('a whole line-up is made with one click on the first page, and seen there at once', async () => {
  await using desk = await openDesk();
  await sync(
    desk.catalog,
    sourceOf('folder:/westerns', () => WESTERNS),
  );
  for (const each of WESTERNS) await desk.catalog.items.setFacts(each, each, facts({ durationMs: 90 * 60_000 }));
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGS });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(desk.sidecar.url);
    expect(await page.locator('.card').count()).toBe(0);
    await page.getByRole('button', { name: 'Make a line-up' }).click();
    await page.getByText('3 channels were made.').waitFor();
    await page.locator('.card h2', { hasText: 'Western' }).waitFor();
    expect(await page.locator('.card h2 a').allTextContents()).toEqual(['Night Cinema', 'Western', '1960s']);
    expect(await page.locator('.card .title').nth(1).textContent()).toMatch(/^Western \d$/);
    await page.getByRole('button', { name: 'Make a line-up' }).click();
    await page.getByText('nothing more to suggest').waitFor();

    const [western] = (await desk.ask('GET', '/api/channels')).json.slice(1);
    await desk.ask('DELETE', `/api/channels/${western.id}`, undefined, { 'if-match': '*' });
    await page.getByRole('button', { name: 'Make a line-up' }).click();
    await page.getByText('One channel was made.').waitFor();
    const made = (await desk.ask('GET', '/api/channels')).json.find(({ name }: { name: string }) => name === 'Western');
    await page.locator(`.card h2 a[href="watch/${made.id}"]`).waitFor({ timeout: 5000 });

    await page.goto(`${desk.sidecar.url}/api/docs`);
    await page.getByRole('heading', { name: 'The API' }).waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
