import { gunzipSync } from 'node:zlib';
import { describe, expect, it, test } from '@jest/globals';
import { AIRINGS, CHANNEL, CHANNELS, FILMS, LISTING, NOW, startSidecar } from './sidecar.ts';

const HOUR_MS = 3_600_000;
/** NOW is ten minutes into an hour. */
const HOUR = NOW - 600_000;

test('tells of every channel and programme', async () => {
  await using sidecar = await startSidecar();
  const guide = await (await sidecar.fetch('/guide.xml')).text();
  for (const id of [CHANNEL, FILMS]) {
    expect(guide).toContain(`<channel id="${id}.sidecast">`);
    expect(guide.match(new RegExp(`<programme [^>]+ channel="${id}.sidecast">`, 'g'))).toHaveLength(AIRINGS.length);
  }
  expect(guide).toContain('<sub-title>Part &lt;1&gt;</sub-title>');
  expect(guide).toContain(`<icon src="${sidecar.url}/artwork/0/thumb?width=480"/>`);
});

test('as a compressed file it is the same, and nothing that a client would unpack by itself', async () => {
  await using sidecar = await startSidecar();
  const headers = { 'accept-encoding': 'gzip' };
  const file = await sidecar.fetch('/guide.xml.gz', { headers });
  expect([file.headers.get('content-encoding'), file.headers.get('content-type')]).toEqual([null, 'application/gzip']);
  const text = gunzipSync(Buffer.from(await file.arrayBuffer())).toString();
  expect(text).toBe(await (await sidecar.fetch('/guide.xml')).text());
});

describe('the window', () => {
  it.each([
    ['a day back and two weeks ahead', {}, -24, 14 * 24],
    ['what the settings say', { guidePastDays: 0, guideAheadDays: 2 }, 0, 48],
    ['as far back as programmes can be watched', { catchUpDays: 3 }, -72, 14 * 24],
  ])('is %s, from the whole hour', async (_what, settings, from, to) => {
    const asked: number[][] = [];
    const programmes = async (_id: string, fromMs: number, toMs: number) => {
      asked.push([(fromMs - HOUR) / HOUR_MS, (toMs - HOUR) / HOUR_MS]);
      return [];
    };
    await using sidecar = await startSidecar({ settings, listing: { ...LISTING, programmes } });
    await sidecar.fetch('/guide.xml');
    expect(asked).toEqual(CHANNELS.map(() => [from, to]));
  });

  test('of very many programmes has those around now', async () => {
    const at = (index: number) => HOUR + index * 10_000;
    const listed = Array.from({ length: 5000 }, (_, index) => ({
      ...{ startMs: at(index - 2500), endMs: at(index - 2499), stopMs: at(index - 2499), itemId: '0' },
    }));
    await using sidecar = await startSidecar({ listing: { ...LISTING, programmes: async () => listed } });
    const guide = await (await sidecar.fetch('/guide.xml')).text();
    const starts = [...guide.matchAll(new RegExp(`start="(\\d+) \\+0000".* channel="${FILMS}`, 'g'))].map(
      ([, start]) => start,
    );
    expect(starts).toHaveLength(3000);
    expect([starts[0], starts[1500]]).toEqual(['20261124155000', '20261124200000']);
  });
});

test('where filler shows as a gap, a programme ends where it does', async () => {
  await using sidecar = await startSidecar({ settings: { guideFiller: 'gap' } });
  const guide = await (await sidecar.fetch('/guide.xml')).text();
  expect(guide).toContain('start="20261124200000 +0000" stop="20261124202830 +0000"');
  expect(guide).toContain('start="20261124203000 +0000"');
});

test('is made anew only for those who do not have it', async () => {
  let [revision, made, nowMs] = ['first', 0, NOW];
  const listing = {
    ...LISTING,
    revision: async () => revision,
    programmes: async (id: string, from: number, to: number) => (made++, LISTING.programmes(id, from, to)),
  };
  // Clocks go on between two looks, now more, now less, by less than a millisecond.
  let looks = 0;
  await using sidecar = await startSidecar({ listing, now: () => (nowMs += (++looks % 7) / 10) });
  const first = await sidecar.fetch('/guide.xml');
  await first.text();
  const known = { etag: first.headers.get('etag') ?? '', modified: first.headers.get('last-modified') ?? '' };
  expect(known.modified).toBe(new Date(NOW).toUTCString());
  nowMs += 60_000;
  for (const headers of [{ 'if-none-match': known.etag }, { 'if-modified-since': known.modified }]) {
    const again = await sidecar.fetch('/guide.xml', { headers });
    expect([again.status, again.headers.get('last-modified')]).toEqual([304, known.modified]);
  }
  expect(made).toBe(CHANNELS.length);
  revision = 'second';
  for (const headers of [{ 'if-none-match': known.etag }, { 'if-modified-since': known.modified }]) {
    expect((await sidecar.fetch('/guide.xml', { headers })).status).toBe(200);
  }
  const { headers } = await sidecar.fetch('/guide.xml');
  nowMs += HOUR_MS;
  const later = await sidecar.fetch('/guide.xml', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect([later.status, later.headers.get('etag')]).not.toEqual([200, headers.get('etag')]);
});

test('and as a compressed file at the same time, with a validator of its own', async () => {
  let [revision, nowMs] = ['first', NOW];
  await using sidecar = await startSidecar({
    listing: { ...LISTING, revision: async () => revision },
    now: () => nowMs,
  });
  for (const change of ['first', 'second']) {
    revision = change;
    const known = new Map<string, { etag: string; modified: string }>();
    for (const path of ['/guide.xml', '/guide.xml.gz']) {
      nowMs += 5000;
      const { headers } = await sidecar.fetch(path, { method: 'HEAD' });
      const modified = headers.get('last-modified') ?? '';
      known.set(path, { etag: headers.get('etag') ?? '', modified });
      for (const asked of [{ 'if-none-match': headers.get('etag') ?? '' }, { 'if-modified-since': modified }]) {
        expect((await sidecar.fetch(path, { headers: asked })).status).toBe(304);
      }
    }
    const [plain, file] = [known.get('/guide.xml'), known.get('/guide.xml.gz')];
    expect(file?.modified).toBe(plain?.modified);
    const other = await sidecar.fetch('/guide.xml.gz', { headers: { 'if-none-match': plain?.etag ?? '' } });
    expect([other.status, other.headers.get('etag')]).toEqual([200, file?.etag]);
    await other.arrayBuffer();
  }
});

describe('what goes wrong', () => {
  const broken = async () => {
    throw new Error('the disk is gone');
  };

  it.each(['/guide.xml', '/guide.xml.gz'])(
    'before the first piece of %s is no answer that a host could keep',
    async (path) => {
      await using sidecar = await startSidecar({ listing: { ...LISTING, revision: broken } });
      await expect(sidecar.fetch(path)).rejects.toThrow();
    },
  );

  it.each(['/guide.xml', '/guide.xml.gz'])(
    'in the middle of %s ends it in a way that nobody takes for its end',
    async (path) => {
      await using sidecar = await startSidecar({ listing: { ...LISTING, describe: broken } });
      const answer = await sidecar.fetch(path);
      await expect(answer.arrayBuffer()).rejects.toThrow();
    },
  );
});
