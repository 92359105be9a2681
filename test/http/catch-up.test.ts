import { expect, it, test } from '@jest/globals';
import { AIRINGS, CHANNEL, startSidecar } from './sidecar.ts';

const start = AIRINGS[0]!.startMs / 1000;

test('now.m3u8 is what is on air, or with from=start its qualities from its beginning', async () => {
  await using sidecar = await startSidecar();
  const now = await sidecar.fetch(`/stream/${CHANNEL}/now.m3u8`);
  expect([now.status, now.headers.get('location')]).toEqual([302, 'master.m3u8']);
  const over = await (await sidecar.fetch(`/stream/${CHANNEL}/now.m3u8?from=start`)).text();
  expect(over).toMatch(new RegExp(`\\n720p\\.m3u8\\?start=${start}\\n[^]*\\n480p\\.m3u8\\?start=${start}\\n`));
});

it.each([
  ['master.m3u8', `720p.m3u8?start=${start}`],
  ['480p.m3u8', 'past/480p/5.ts'],
])('%s with a start is of the past, and counts no viewer', async (name, line) => {
  await using sidecar = await startSidecar();
  const answer = await sidecar.fetch(`/stream/${CHANNEL}/${name}?start=${start}`);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(line)]);
  expect(sidecar.calls).not.toContain('mediaPlaylist');
});

test('a continuous stream with a start is in the channel’s quality for tuners, or the one asked for', async () => {
  await using sidecar = await startSidecar();
  const [tuner, small] = [`/stream/${CHANNEL}.ts`, `/stream/${CHANNEL}/480p.ts`];
  expect(await (await sidecar.fetch(`${tuner}?start=${start}`)).text()).toBe(`720p ${start * 1000}`);
  expect(await (await sidecar.fetch(`${small}?start=${start}`)).text()).toBe(`480p ${start * 1000}`);
  expect((await sidecar.fetch(`${tuner}?start=${start}`, { method: 'HEAD' })).status).toBe(200);
  expect((await sidecar.fetch(`${tuner}?start=yesterday`)).status).toBe(400);
});
