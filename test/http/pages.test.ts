import { expect, test } from '@jest/globals';
import { AIRINGS, CHANNEL, CHANNELS, NOW, startSidecar } from './sidecar.ts';

test('the first page shows what is on, when, what follows and where', async () => {
  await using sidecar = await startSidecar();
  const response = await sidecar.fetch('/');
  const page = await response.text();
  expect(page).toContain('<p class="title">Old Show</p>');
  expect(page).toContain('Season 1 · Episode 1 · Part &#60;1&#62;');
  expect(page.match(/<time>[^<]+<\/time>/g)?.slice(0, 2)).toEqual(['<time>21:00</time>', '<time>21:30</time>']);
  expect(page).toMatch(/max="1800000"\s+value="600000"/);
  expect(page).toContain('Next 21:30');
  expect(page).toContain(`href="watch/${CHANNEL}"`);
  for (const address of ['/channels.m3u', '/guide.xml', `/stream/${CHANNEL}.ts`, `/stream/${CHANNEL}/master.m3u8`]) {
    expect(page).toContain(`value="${sidecar.url}${address}"`);
  }
});

test('nothing in a page comes from elsewhere, and no name can add to it', async () => {
  await using sidecar = await startSidecar();
  for (const path of ['/', `/watch/${CHANNEL}`]) {
    const response = await sidecar.fetch(path);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(page).toContain('Old &#60;Show&#62; &#38; Co');
    expect(page).not.toContain('<Show>');
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(loaded.filter((address) => /^(?:[a-z]+:)?\/\//.test(address))).toEqual([]);
    for (const address of new Set(loaded)) {
      expect([address, (await fetch(new URL(address, sidecar.url + path))).status]).toEqual([address, 200]);
    }
  }
});

test('what is wrong is said on the first page', async () => {
  const report = {
    status: 'degraded',
    causes: [{ code: 'disk_low', message: 'Disk <full>.', advice: 'make room', since: 'now' }],
  } as const;
  await using sidecar = await startSidecar({ health: { report: async () => report } });
  expect(await (await sidecar.fetch('/')).text()).toMatch(/Disk &#60;full&#62;\..*make room/);
});

test('without channels the first page says when there will be some', async () => {
  await using sidecar = await startSidecar({ guide: { channels: async () => [], airings: async () => [] } });
  expect(await (await sidecar.fetch('/')).text()).toContain('No channels yet');
});

test('a line-up is one click away on the first page', async () => {
  await using sidecar = await startSidecar();
  const page = await (await sidecar.fetch('/')).text();
  expect(page).toContain('<button type="button" data-line-up>');
});

test('the player begins in the quality for tuners', async () => {
  await using sidecar = await startSidecar();
  const page = await (await sidecar.fetch(`/watch/${CHANNEL}`)).text();
  expect(page).toContain('data-quality="720p"');
  expect(page).toContain('<option selected>720p</option>');
});

test('on the channel of a show its episodes are what is on', async () => {
  const channels = CHANNELS.map((channel) => ({ ...channel, name: 'Old Show' }));
  await using sidecar = await startSidecar({ guide: { channels: async () => channels, airings: async () => AIRINGS } });
  const page = await (await sidecar.fetch(`/watch/${CHANNEL}`)).text();
  expect(page).toContain('<p class="title">Part &#60;1&#62;</p>');
  expect(page).toContain('<p class="detail">Season 1 · Episode 1</p>');
});

test('what is shorter than two minutes begins and ends with its seconds', async () => {
  const item = { id: 'short', kind: 'film', title: 'Short', show: null, season: null, episode: null } as const;
  const airings = async () => [{ startMs: NOW - 5000, stopMs: NOW + 20_000, item }];
  await using sidecar = await startSidecar({ guide: { channels: async () => CHANNELS, airings } });
  expect(await (await sidecar.fetch('/')).text()).toMatch(/21:09:55[\s\S]*21:10:20/);
});
