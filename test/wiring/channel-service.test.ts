import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import sharp from 'sharp';
import { gridOf } from '../../src/catalog/channels/channel.ts';
import { cutNow, SETTLED_MS } from '../../src/catalog/planning/settled.ts';
import { segmentAt } from '../../src/schedule/grid.ts';
import { facts, film, sourceOf, sync } from '../catalog/samples.ts';
import { type Desk, openDesk } from './channel-desk.ts';

const FILMS = { kind: 'scheduled', default: { content: [{ kind: 'films' }] } };
const SHOW = { kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Show' }] } };
const SHUFFLED = {
  ...{ kind: 'scheduled', default: { content: [{ kind: 'query', where: {} }], order: { kind: 'shuffle' } } },
};
const HOUR_MS = 3_600_000;
const ANY = { 'if-match': '*' };

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
});

async function make(name: string, more: object = {}): Promise<{ id: string; number: string; etag: string }> {
  const { status, json, etag } = await desk.ask('POST', '/api/channels', { name, programming: FILMS, ...more });
  expect(status).toBe(201);
  return { ...json, etag };
}

async function shownOn(id: string): Promise<string> {
  return (await desk.catalog.airings.all(id)).map((airing) => ('itemId' in airing ? airing.itemId : '-')).join(' ');
}

describe('a channel', () => {
  test('is made with all that is said, and planned when it is answered', async () => {
    const said = {
      ...{ number: '5.1', name: 'Été', group: 'Mine', description: 'What I like', time_zone: 'Asia/Kolkata' },
      ...{ qualities: ['480p', '720p'], tuner_quality: '720p', enabled: true, segment_seconds: 4 },
    };
    const { id } = await make('Été', said);
    const { json } = await desk.ask('GET', `/api/channels/${id}`);
    expect(json).toMatchObject({ ...said, qualities: ['720p', '480p'], frame_rate: '24', listed: true });
    expect(json.programming).toMatchObject({ kind: 'scheduled', seed: expect.any(Number) });
    const guide = await desk.ask('GET', `/api/channels/${id}/guide`);
    expect(guide.json.programmes.map(({ item }: { item: { title: string } }) => item.title).slice(0, 4)).toEqual([
      ...['50', '70', '90', '50'],
    ]);
    const { json: on } = await desk.ask('GET', `/api/channels/${id}/now`);
    expect(on).toMatchObject({ now: { item: { id: '50' } }, next: { item: { id: '70' } } });
  });

  test('gets the next number, the qualities of the settings, and the rate of what it shows', async () => {
    await make('Films', { number: '41' });
    await make('Shows', { programming: SHOW });
    expect((await desk.ask('GET', '/api/channels')).json).toMatchObject([
      { number: '41', frame_rate: '24', qualities: ['1080p', '480p'], tuner_quality: '480p' },
      { number: '42', frame_rate: '25', segment_seconds: 2 },
    ]);
  });

  test('never gets the number that another one had by itself; who asks for it has it', async () => {
    const [first, second] = [await make('Films'), await make('Shows', { programming: SHOW, number: '7' })];
    for (const { id } of [first, second]) await desk.ask('DELETE', `/api/channels/${id}`, undefined, ANY);
    expect((await make('Third')).number).toBe('2');
    expect((await make('Sixth', { number: '6' })).number).toBe('6');
    const next = await make('Eighth');
    expect(next.number).toBe('8');
    expect((await desk.ask('POST', `/api/channels/${next.id}/duplicate`, {})).json.number).toBe('9');
    expect((await make('Again', { number: '7' })).number).toBe('7');
    await desk.catalog.channels.numbersOf(['found']);
    expect((await desk.catalog.channels.numbersOf(['found'])).get('found')).toBe(3);
  });

  test('changes in what is said alone, and only for who has seen it as it is', async () => {
    const { id, etag } = await make('Films');
    expect((await desk.ask('PATCH', `/api/channels/${id}`, { name: 'Cinema' })).status).toBe(428);
    const changed = await desk.ask('PATCH', `/api/channels/${id}`, { name: 'Cinema' }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, json: { name: 'Cinema', number: '1', group: '' } });
    expect(changed.etag).not.toBe(etag);
    const late = await desk.ask('PATCH', `/api/channels/${id}`, { group: 'Late' }, { 'if-match': etag });
    expect(late).toMatchObject({ status: 412, json: { error: 'precondition_failed' } });
    expect((await desk.ask('GET', `/api/channels/${id}`)).json).toMatchObject({ name: 'Cinema', group: '' });
    const known = await desk.ask('GET', `/api/channels/${id}`, undefined, { 'if-none-match': changed.etag });
    expect(known.status).toBe(304);
  });

  test('keeps the picture that hosts remember, unless that is really meant', async () => {
    const { id } = await make('Films');
    const address = `/api/channels/${id}`;
    const patch = { tuner_quality: '1080p', name: 'Cinema' };
    expect(await desk.ask('PATCH', address, patch, ANY)).toMatchObject({
      status: 409,
      json: {
        error: 'channel_format_kept',
        message: expect.stringMatching(/media servers remember .*480p.*another channel.*change_format/),
        fields: [{ path: 'tuner_quality' }],
      },
    });
    // Nothing of it was done.
    expect((await desk.ask('GET', address)).json).toMatchObject({ name: 'Films', tuner_quality: '480p' });
    // Said again it is no change.
    expect((await desk.ask('PATCH', address, { tuner_quality: '480p' }, ANY)).status).toBe(200);
    const document = (await desk.ask('GET', '/api/channels/export')).json;
    const [{ tuner_quality: _said, ...unsaid }] = document.channels;
    const imported = (channel: object, query = '') =>
      desk.ask('POST', `/api/channels/import${query}`, { ...document, channels: [channel] }, ANY);
    expect((await imported({ ...unsaid, tuner_quality: '1080p' })).status).toBe(409);
    // What a document does not say stays, too.
    expect(await imported(unsaid)).toMatchObject({ status: 200, json: [{ tuner_quality: '480p' }] });
    expect(await imported({ ...unsaid, tuner_quality: '1080p' }, '?change_format=true')).toMatchObject({
      status: 200,
      json: [{ tuner_quality: '1080p' }],
    });
    const back = await desk.ask('PATCH', `${address}?change_format=true`, { tuner_quality: '480p' }, ANY);
    expect(back).toMatchObject({ status: 200, json: { tuner_quality: '480p' } });
  });

  test('goes on for those who watch when it is offered in other qualities', async () => {
    const { id } = await make('Films');
    desk.streams.length = 0;
    await desk.ask('PATCH', `/api/channels/${id}?change_format=true`, { tuner_quality: '1080p' }, ANY);
    await desk.ask('PATCH', `/api/channels/${id}`, { qualities: ['1080p'] }, ANY);
    expect(desk.streams).toEqual([`change ${id} 1080p 480p`, 'reload', `change ${id} 1080p`, 'reload']);
  });

  test('that is disabled is neither listed nor tunable, and goes on as planned when it is enabled', async () => {
    const { id } = await make('Films');
    desk.streams.length = 0;
    await desk.ask('PATCH', `/api/channels/${id}`, { enabled: false }, ANY);
    expect(desk.streams).toEqual([`stop ${id}`, 'reload']);
    expect((await desk.ask('GET', '/channels.m3u')).text).not.toContain(id);
    expect((await desk.ask('GET', '/lineup.json')).json).toEqual([]);
    for (const address of [`/stream/${id}.ts`, `/stream/${id}/master.m3u8`, '/auto/v1', `/channels/${id}/logo.png`]) {
      expect((await desk.ask('GET', address)).status).toBe(404);
    }
    expect((await desk.ask('GET', '/api/channels?enabled=false')).json).toMatchObject([{ id, listed: false }]);
    expect((await desk.ask('GET', `/api/channels/${id}/now`)).json.now).not.toBeNull();
    await desk.ask('PATCH', `/api/channels/${id}`, { enabled: true }, ANY);
    expect((await desk.ask('GET', '/channels.m3u')).text).toContain(id);
  });

  test('is removed with its plan; one that others show later is not', async () => {
    const { id } = await make('Films');
    const later = await make('Films +1', { programming: { kind: 'delay', channel_id: id, minutes: 60 } });
    const refused = await desk.ask('DELETE', `/api/channels/${id}`, undefined, ANY);
    expect(refused).toMatchObject({ status: 409, json: { error: 'channel_in_use' } });
    for (const each of [later.id, id]) {
      expect((await desk.ask('DELETE', `/api/channels/${each}`, undefined, ANY)).status).toBe(204);
      expect((await desk.ask('DELETE', `/api/channels/${each}`, undefined, ANY)).status).toBe(404);
    }
    expect(await desk.catalog.airings.all(id)).toEqual([]);
  });

  test('has a second one beside it that shows the same in another shuffle', async () => {
    const { id } = await make('Films', { programming: SHUFFLED });
    const { status, json, headers } = await desk.ask('POST', `/api/channels/${id}/duplicate`, {});
    expect([status, json]).toMatchObject([201, { number: '2', name: 'Films (2)' }]);
    expect(headers.get('location')).toMatch(new RegExp(`/api/channels/${json.id}$`));
    const named = await desk.ask('POST', `/api/channels/${id}/duplicate`, { name: 'Third', number: '2.5' });
    expect(named.json).toMatchObject({ number: '2.5', name: 'Third' });
    expect(new Set(await Promise.all([id, json.id, named.json.id].map(shownOn))).size).toBe(3);
  });

  test('with the same content as another shows it in another shuffle, and keeps its own', async () => {
    const [one, other] = [await make('One', { programming: SHUFFLED }), await make('Other', { programming: SHUFFLED })];
    const shown = await shownOn(one.id);
    expect(await shownOn(other.id)).not.toBe(shown);
    const put = (programming: object) => desk.ask('PUT', `/api/channels/${one.id}/programming`, programming, ANY);
    await put(SHUFFLED);
    expect(await shownOn(one.id)).toBe(shown);
    expect((await put({ ...SHUFFLED, seed: 7 })).json).toMatchObject({ programming: { seed: 7 } });
    expect((await put(SHUFFLED)).json).toMatchObject({ programming: { seed: 7 } });
    const channels = [{ id: one.id, name: 'One', programming: SHUFFLED }];
    await desk.ask('POST', '/api/channels/import', { sidecast_channels: 1, channels });
    expect((await desk.ask('GET', `/api/channels/${one.id}`)).json).toMatchObject({ programming: { seed: 7 } });
  });
});

describe('all channels', () => {
  test('may be put into another order, or given other numbers, by who has seen them as they are', async () => {
    const made = [
      await make('A', { number: '3' }),
      await make('B', { number: '5' }),
      await make('C', { number: '5.1' }),
    ];
    const ids = made.map(({ id }) => id);
    const { etag } = await desk.ask('GET', '/api/channels');
    const order = [ids[2], ids[0], ids[1]];
    const put = await desk.ask('PUT', '/api/channels/order', { order }, { 'if-match': etag });
    expect(put.json.map(({ number, name }: { number: string; name: string }) => [number, name])).toEqual([
      ['3', 'C'],
      ['5', 'A'],
      ['5.1', 'B'],
    ]);
    expect((await desk.ask('PUT', '/api/channels/order', { order }, { 'if-match': etag })).status).toBe(412);
    const numbers = { [ids[0]!]: '5.1', [ids[1]!]: '5' };
    const swapped = await desk.ask('PUT', '/api/channels/order', { numbers }, { 'if-match': put.etag });
    expect(swapped.json.map(({ name }: { name: string }) => name)).toEqual(['C', 'B', 'A']);
    const missing = await desk.ask('PUT', '/api/channels/order', { order: order.slice(1) }, ANY);
    expect(missing).toMatchObject({ status: 400, json: { fields: [{ path: 'order' }] } });
  });

  test('are made together, or none of them', async () => {
    const two = [
      { name: 'A', programming: FILMS },
      { name: 'a', programming: FILMS },
    ];
    expect(await desk.ask('POST', '/api/channels', two)).toMatchObject({
      status: 409,
      json: { error: 'channel_name_taken', fields: [{ path: 'name' }] },
    });
    expect((await desk.ask('GET', '/api/channels')).json).toEqual([]);
    const made = await desk.ask('POST', '/api/channels', [two[0], { name: 'B', programming: SHOW }]);
    expect(made.json).toMatchObject([
      { number: '1', name: 'A' },
      { number: '2', name: 'B' },
    ]);
  });

  test('have what is on side by side', async () => {
    const [films, shows] = [await make('Films'), await make('Shows', { programming: SHOW })];
    await make('Off', { enabled: false });
    const grid = await desk.ask('GET', '/api/guide?from=2026-06-01T07:00:00Z&to=2026-06-01T09:00:00Z');
    expect(grid.json.channels.map(({ channel_id: id }: { channel_id: string }) => id)).toEqual([films.id, shows.id]);
    expect(grid.json.channels[0].programmes[0]).toMatchObject({ item: { title: '70' } });
    const some = await desk.ask('GET', `/api/guide?channels=${shows.id}&from=1780297200`);
    expect(some.json).toMatchObject({ from: '2026-06-01T07:00:00.000Z', channels: [{ channel_id: shows.id }] });
    expect(await desk.ask('GET', `/api/guide?channels=${shows.id},nobody`)).toMatchObject({
      ...{ status: 404, json: { message: expect.stringContaining('channel nobody not found') } },
    });
  });
});

describe('programming', () => {
  test('is changed after what is settled: nothing before it moves', async () => {
    const { id } = await make('Films');
    const channel = (await desk.catalog.channels.get(id))!;
    const before = await desk.catalog.airings.all(id);
    await desk.clock.wind(2 * HOUR_MS);
    const put = await desk.ask('PUT', `/api/channels/${id}/programming`, SHOW, ANY);
    expect(put).toMatchObject({ status: 200, json: { programming: { default: { content: [{ kind: 'show' }] } } } });
    const settled = segmentAt(gridOf(channel), desk.clock.now() + SETTLED_MS);
    const after = await desk.catalog.airings.all(id);
    const kept = before.filter(({ startSegment }) => startSegment <= settled);
    expect(after.slice(0, kept.length)).toEqual(kept);
    expect(after[kept.length]).toMatchObject({ startSegment: kept.at(-1)!.stopSegment, itemId: 'Show 1' });
    expect(desk.streams.at(-1)).toBe('reload');
    expect(after.at(-1)!.stopSegment).toBeGreaterThan(segmentAt(gridOf(channel), desk.clock.now() + 20 * HOUR_MS));
  });

  test('may be applied now: what is on air is cut behind what players know, and all else stays', async () => {
    const { id } = await make('Films');
    const channel = (await desk.catalog.channels.get(id))!;
    await desk.clock.wind(2 * HOUR_MS + 1234);
    const before = await desk.catalog.airings.all(id);
    const cut = cutNow(channel, desk.clock.now());
    const onAir = before.find(({ startSegment, stopSegment }) => startSegment < cut && cut < stopSegment)!;
    await desk.ask('PUT', `/api/channels/${id}/programming?apply_now=true`, SHOW, ANY);
    const after = await desk.catalog.airings.all(id);
    const kept = before.indexOf(onAir);
    expect(after.slice(0, kept)).toEqual(before.slice(0, kept));
    expect(after.slice(kept, kept + 2)).toMatchObject([
      { ...onAir, stopSegment: cut },
      { startSegment: cut, itemId: 'Show 1', reelStart: 0, block: cut },
    ]);
    // Two segments ahead of its time is what players are told of.
    expect(cut).toBeGreaterThan(segmentAt(gridOf(channel), desk.clock.now()) + 3);
    const { json } = await desk.ask('GET', `/api/channels/${id}/now`);
    expect(json).toMatchObject({ now: { item: { id: '90' } }, next: { item: { id: 'Show 1' } } });
    expect(json.now.end).toBe(json.next.start);
  });

  test('of another channel on a delay is on the grid of that one', async () => {
    const { id } = await make('Films', { segment_seconds: 3 });
    const later = await make('Later', { programming: { kind: 'delay', channel_id: id, minutes: 60 } });
    const { json } = await desk.ask('GET', `/api/channels/${later.id}`);
    expect(json).toMatchObject({ segment_seconds: 3, frame_rate: '24' });
    await desk.clock.wind(90 * 60_000);
    expect((await desk.ask('GET', `/api/channels/${later.id}/now`)).json.now.item.id).toBe('50');
    const other = await make('Other', { segment_seconds: 2 });
    const asDelay = { kind: 'delay', channel_id: id, minutes: 60 };
    expect(await desk.ask('PUT', `/api/channels/${other.id}/programming`, asDelay, ANY)).toMatchObject({
      status: 400,
      json: { error: 'invalid_channel', fields: [{ path: 'programming.channel_id' }] },
    });
    for (const [from, channelId] of [
      [id, later.id],
      [other.id, other.id],
      [other.id, 'nobody'],
    ]) {
      const delay = { kind: 'delay', channel_id: channelId, minutes: 60 };
      expect((await desk.ask('PUT', `/api/channels/${from}/programming`, delay, ANY)).status).toBe(400);
    }
  });

  test('of a channel on a delay follows that of the other one in guide, now and preview', async () => {
    const { id } = await make('Films');
    const delay = { kind: 'delay', channel_id: id, minutes: 60 };
    const later = await make('Later', { programming: delay });
    await desk.clock.wind(2 * HOUR_MS);
    const edited = desk.clock.now();
    await desk.ask('PUT', `/api/channels/${id}/programming?apply_now=true`, SHOW, ANY);
    type Told = { start: string; end: string; item: { id: string } };
    const guide = async (channelId: string, fromMs: number): Promise<Told[]> => {
      const [from, to] = [fromMs, fromMs + 4 * HOUR_MS].map((ms) => new Date(ms).toISOString());
      return (await desk.ask('GET', `/api/channels/${channelId}/guide?from=${from}&to=${to}`)).json.programmes;
    };
    const shifted = ({ start, end, item }: Told) => ({
      ...{ start: new Date(Date.parse(start) + HOUR_MS).toISOString(), item },
      end: new Date(Date.parse(end) + HOUR_MS).toISOString(),
    });
    const original = await guide(id, edited);
    expect(new Set(original.map(({ item }) => item.id))).toEqual(new Set(['90', 'Show 1', 'Show 2', 'Show 3']));
    expect(await guide(later.id, edited + HOUR_MS)).toEqual(original.map(shifted));
    const preview = await desk.ask('POST', '/api/channels/preview', { programming: delay, hours: 2 });
    const shown = preview.json.programmes.map(({ item }: Told) => item.id).slice(0, 4);
    expect(shown).toEqual(['70', '90', 'Show 1', 'Show 2']);
    const now = async (channelId: string) => (await desk.ask('GET', `/api/channels/${channelId}/now`)).json.now;
    await desk.clock.wind(30 * 60_000);
    const before = await now(id);
    expect(before.item.id).toMatch(/^Show/);
    await desk.clock.wind(HOUR_MS);
    expect(await now(later.id)).toEqual({ ...shifted(before), offset_ms: before.offset_ms });
  });

  test('may become a delay and be one no more, while the channel stays on air', async () => {
    const { id } = await make('Films');
    const other = await make('Other', { programming: SHOW, frame_rate: '24' });
    await desk.clock.wind(3 * HOUR_MS);
    const on = async () => (await desk.ask('GET', `/api/channels/${other.id}/now`)).json.now;
    const before = await on();
    desk.streams.length = 0;
    const delay = { kind: 'delay', channel_id: id, minutes: 60 };
    for (const programming of [delay, SHOW]) {
      const put = await desk.ask('PUT', `/api/channels/${other.id}/programming`, programming, ANY);
      expect(put.status).toBe(200);
      expect(await on()).toEqual(before);
    }
    const change = `change ${other.id} 1080p 480p`;
    expect(desk.streams).toEqual([change, 'reload', change, 'reload']);
  });

  test('is shown in advance, and nothing is kept of that', async () => {
    const { json } = await desk.ask('POST', '/api/channels/preview', { programming: FILMS, hours: 3 });
    expect(json.frame_rate).toBe('24');
    expect(json.programmes).toMatchObject([
      { kind: 'programme', item: { id: '50' } },
      { kind: 'programme', item: { id: '70' } },
      { kind: 'programme', item: { id: '90' } },
    ]);
    expect(json).toMatchObject({ warnings: [] });
    expect(json).not.toHaveProperty('airings');
    const { id } = await make('Films');
    const delay = { kind: 'delay', channel_id: id, minutes: 60 };
    const delayed = await desk.ask('POST', '/api/channels/preview', { programming: delay, hours: 3 });
    expect(delayed.json.programmes[0]).toMatchObject({ start: '2026-06-01T07:00:00.000Z', item: { id: '50' } });
    expect((await desk.ask('GET', '/api/channels')).json).toHaveLength(1);
  });
});

test('a preview tells of a programme as guides do, and on request of all its airings', async () => {
  const strand = { content: [{ kind: 'films' }], pad_minutes: 60, mid_roll: { at: 'chapters', min_minutes: 5 } };
  const programming = { kind: 'scheduled', default: strand, filler: [{ content: SHOW.default.content }] };
  const { id } = await make('Films', { programming });
  const { json } = await desk.ask('POST', '/api/channels/preview', { programming, airings: true, hours: 10 });
  const guide = await desk.ask('GET', `/api/channels/${id}/guide?to=${desk.clock.now() / 1000 + 8 * 3600}`);
  const span = ({ start, end, item }: { start: string; end: string; item: object }) => ({ start, end, item });
  expect(guide.json.programmes.length).toBeGreaterThan(3);
  expect(json.programmes.slice(0, guide.json.programmes.length).map(span)).toEqual(guide.json.programmes);
  expect(new Set(json.airings.map(({ kind }: { kind: string }) => kind))).toEqual(
    new Set(['programme', 'filler', 'card']),
  );
});

test('a preview on a delay tells of what it joins from its beginning', async () => {
  const { id } = await make('Films');
  await desk.clock.wind(2 * HOUR_MS);
  const delay = { kind: 'delay', channel_id: id, minutes: 60 };
  const { json } = await desk.ask('POST', '/api/channels/preview', { programming: delay, airings: true });
  const first = { start: '2026-06-01T07:50:00.000Z', end: '2026-06-01T09:00:00.000Z', item: { id: '70' } };
  expect(json.programmes[0]).toMatchObject(first);
  expect(json.airings[0]).toMatchObject(first);
});

describe('what may not be meant is told with every answer', () => {
  const mistyped = { kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Shwo' }] } };
  const path = 'programming.default.content.0.show';
  const named = { path, message: 'no show is called "Shwo"; did you mean "Show"?' };
  const nothing = { path: 'programming', message: expect.stringContaining('nothing is planned') };

  test('when a channel is made, seen, changed and imported', async () => {
    const made = await desk.ask('POST', '/api/channels', { name: 'Mine', programming: mistyped });
    expect(made).toMatchObject({ status: 201, json: { warnings: [named, nothing] } });
    const address = `/api/channels/${made.json.id}`;
    for (const answer of [
      await desk.ask('GET', address),
      await desk.ask('PATCH', address, { group: 'Mine' }, ANY),
      await desk.ask('POST', `${address}/duplicate`, {}),
    ]) {
      expect(answer.json.warnings).toEqual([named, nothing]);
    }
    const both = await desk.ask('POST', '/api/channels', [
      { name: 'Good', programming: SHOW },
      { name: 'Bad', programming: mistyped },
    ]);
    expect(both.json).toMatchObject([{ warnings: [] }, { warnings: [named, nothing] }]);
    const document = (await desk.ask('GET', '/api/channels/export')).json;
    const imported = await desk.ask('POST', '/api/channels/import', document, ANY);
    expect(imported.json.map(({ warnings }: { warnings: unknown[] }) => warnings.length).sort()).toEqual([0, 2, 2, 2]);
    const put = await desk.ask('PUT', `${address}/programming`, SHOW, ANY);
    expect(put.json.warnings).toEqual([]);
  });

  test('in a preview, where only a part of it is there as well', async () => {
    const preview = async (programming: object) =>
      (await desk.ask('POST', '/api/channels/preview', { programming, hours: 2 })).json;
    expect(await preview(mistyped)).toMatchObject({
      programmes: [{ kind: 'off-air', item: null }],
      warnings: [named, nothing],
    });
    const content = [...mistyped.default.content, ...SHOW.default.content];
    expect((await preview({ kind: 'scheduled', default: { content } })).warnings).toEqual([named]);
  });

  test('and says so in the ETag that it came with, which If-Match takes as the state of the channel', async () => {
    const { json, etag } = await desk.ask('POST', '/api/channels', { name: 'Mine', programming: mistyped });
    const address = `/api/channels/${json.id}`;
    const seen = await desk.ask('GET', address, undefined, { 'if-none-match': etag });
    expect([seen.status, seen.etag]).toEqual([304, etag]);
    const changed = await desk.ask('PUT', `${address}/programming`, SHOW, { 'if-match': etag });
    expect([changed.status, changed.json.warnings]).toEqual([200, []]);
    expect((await desk.ask('PATCH', address, { group: 'x' }, { 'if-match': etag })).status).toBe(412);
  });

  test('not of a channel that is still to begin, or whose default is empty by day', async () => {
    const later = new Date(desk.clock.now() + 40 * 24 * HOUR_MS).toISOString();
    const begins = { ...SHOW, start_at: later };
    const nightly = {
      ...SHOW,
      default: undefined,
      dayparts: [{ name: 'a', times: [{ from: '02:00', to: '03:00' }], content: SHOW.default.content }],
    };
    for (const [name, programming] of Object.entries({ begins, nightly })) {
      expect((await desk.ask('POST', '/api/channels', { name, programming })).json.warnings).toEqual([]);
    }
  });
});

describe('what is wrong is told by its place, with what is allowed', () => {
  const ruled = (rules: object) => ({ programming: { ...FILMS, default: { ...FILMS.default, ...rules } } });
  const asked = (where: object) => ruled({ content: [{ kind: 'query', where }] });
  it.each([
    [{ number: '5.01' }, 'number', 'such as "5"'],
    [{ number: 0 }, 'number', 'such as "5"'],
    [{ name: ' ' }, 'name', 'use a text from 1 to 100 characters'],
    [{ name: undefined }, 'name', 'use a text from 1 to 100 characters'],
    [{ enabled: 'yes' }, 'enabled', 'use true or false'],
    [{ time_zone: 'Mars/Olympus' }, 'time_zone', 'Europe/Berlin'],
    [{ qualities: [] }, 'qualities', 'use a list, 1 or more entries'],
    [{ qualities: ['1080p', '240p'] }, 'qualities.1', '720p'],
    [{ qualities: ['1080p'], tuner_quality: '480p' }, 'tuner_quality', '1080p'],
    [{ frame_rate: '26' }, 'frame_rate', '30000/1001'],
    [{ segment_seconds: 9 }, 'segment_seconds', 'use a whole number from 1 to 6'],
    [{ segment_seconds: 2.5 }, 'segment_seconds', 'use a whole number from 1 to 6'],
    [{ colour: 'red' }, 'colour', 'description'],
    [{ programming: 'films' }, 'programming', 'use an object whose kind is one of scheduled, delay'],
    [{ programming: { kind: 'loop' } }, 'programming.kind', 'use one of scheduled, delay'],
    [{ programming: { ...FILMS, start_at: '18:00' } }, 'programming.start_at', 'a moment such as 2026-12-24T18:00:00Z'],
    [{ programming: { kind: 'delay', channel_id: 'x' } }, 'programming.minutes', 'use a whole number from 15 to 1440'],
    [ruled({ order: 'shuffle' }), 'programming.default.order', 'one of as_listed, season_episode, air_date, shuffle'],
    [ruled({ between: {} }), 'programming.default.between.every', 'use a whole number from 1 to 1000'],
    [ruled({ between: 2 }), 'programming.default.between', 'use an object with every'],
    [ruled({ pad_minutes: 20 }), 'programming.default.pad_minutes', 'use one of 15, 30, 60'],
    [asked({ year: 1999 }), 'programming.default.content.0.where.year', 'use an object with some of from, to'],
    [asked({ genre: 'Comedy' }), 'programming.default.content.0.where.genre', 'use a list from 1 to 1000 entries'],
    [asked({ stars: { from: 11 } }), 'programming.default.content.0.where.stars.from', 'use a number from 0 to 10'],
    [
      asked({ added_within_days: 0 }),
      'programming.default.content.0.where.added_within_days',
      'use a number above 0, at most 36500',
    ],
    [
      { programming: { kind: 'scheduled', default: { content: [{ kind: 'song' }] } } },
      'programming.default.content.0.kind',
      'use one of items, show, season, films, collection, query',
    ],
    [
      { programming: { ...FILMS, dayparts: [{ name: 'A' }] } },
      'programming.dayparts.0.times',
      'use a list from 1 to 100',
    ],
  ])('%j is at %s', async (wrong, path, words) => {
    const { status, json } = await desk.ask('POST', '/api/channels', { name: 'Films', programming: FILMS, ...wrong });
    expect(status).toBe(400);
    expect(json.fields).toContainEqual({ path, message: expect.stringContaining(words) });
    expect(json.message).toContain(`${path}: `);
    expect((await desk.ask('GET', '/api/channels')).json).toEqual([]);
  });

  it.each([
    ['GET', '/api/guide?from=yesterday', 'from'],
    ['GET', '/api/guide?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z', 'to'],
    ['GET', '/api/channels?enabled=maybe', 'enabled'],
    ['GET', '/api/channels/export?format=xml', 'format'],
  ])('%s %s is at %s', async (method, address, path) => {
    const { status, json } = await desk.ask(method, address);
    expect([status, json.error]).toEqual([400, 'invalid_query']);
    expect(json.fields).toMatchObject([{ path }]);
  });

  test('what is no channel at all is told what to give', async () => {
    const { status, json } = await desk.ask('POST', '/api/channels', null);
    expect([status, json.fields]).toEqual([400, [{ path: '', message: 'give a channel, or a list of them' }]]);
  });

  test('what is no JSON is no body, and neither is another kind of text', async () => {
    const post = (type: string, body: string) =>
      desk.sidecar.fetch('/api/channels', { method: 'POST', headers: { 'content-type': type }, body });
    expect((await post('application/json', '{')).status).toBe(400);
    expect((await post('text/plain', '{}')).status).toBe(415);
    expect((await post('application/json', JSON.stringify({ name: 'a'.repeat(2_000_001) }))).status).toBe(413);
  });

  test('what is taken already is a conflict', async () => {
    const { id } = await make('Straße', { number: '7' });
    const taken = (body: object) => desk.ask('POST', '/api/channels', { programming: FILMS, ...body });
    expect(await taken({ name: 'STRASSE' })).toMatchObject({ status: 409, json: { error: 'channel_name_taken' } });
    expect(await taken({ name: 'Other', number: '7' })).toMatchObject({
      status: 409,
      json: { error: 'channel_number_taken', fields: [{ path: 'number' }] },
    });
    const other = await make('Other');
    expect((await desk.ask('PATCH', `/api/channels/${other.id}`, { number: '7' }, ANY)).status).toBe(409);
    // Whichever of the two comes first: who has it already is not the one to be told.
    expect(await desk.ask('PATCH', `/api/channels/${id}`, { name: 'OTHER' }, ANY)).toMatchObject({
      status: 409,
      json: { message: `the name "OTHER" is taken by channel ${other.number} "Other"; use another` },
    });
    expect(await desk.ask('PATCH', `/api/channels/${id}`, { number: other.number }, ANY)).toMatchObject({
      status: 409,
      json: {
        message: `the number "${other.number}" of "Straße" is taken by channel ${other.number} "Other"; use another`,
      },
    });
    expect((await desk.ask('PATCH', `/api/channels/${id}`, { name: 'strasse' }, ANY)).status).toBe(200);
  });
});

test('a channel that was found is a person’s when it is imported with another programming', async () => {
  const found_for = { source: 'folder:/films', content: { kind: 'films' } };
  const own = { kind: 'scheduled', default: { content: [{ kind: 'films', source: 'folder:/films' }] } };
  const importing = async (programming: object) => {
    const channels = [{ id: 'found', name: 'Films', found_for, programming }];
    const answer = await desk.ask('POST', '/api/channels/import', { sidecast_channels: 1, channels }, ANY);
    expect(answer.status).toBe(200);
    return (await desk.catalog.channels.get('found'))?.origin;
  };
  expect(await importing(own)).toEqual({ kind: 'found', ...found_for });
  expect(await importing(own)).toEqual({ kind: 'found', ...found_for });
  expect(await importing(SHOW)).toEqual({ kind: 'made' });
  // Its library has nothing of it any more.
  await desk.catalog.channels.keepListed(new Set());
  expect((await desk.ask('GET', '/api/channels/found')).json).toMatchObject({ listed: true });
});

describe('a logo', () => {
  test('that was given goes with a copy of its channel', async () => {
    const { id } = await make('Films');
    const body = await sharp({ create: { width: 30, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const headers = { ...ANY, 'content-type': 'image/png' };
    expect((await desk.sidecar.fetch(`/api/channels/${id}/logo`, { method: 'PUT', headers, body })).status).toBe(200);
    const copy = await desk.ask('POST', `/api/channels/${id}/duplicate`, {});
    expect(copy.json).toMatchObject({ logo: { kind: 'upload' } });
    const logoOf = async (of: string) => (await desk.catalog.logos.get(of))?.toString('base64');
    expect(await logoOf(copy.json.id)).toBe(await logoOf(id));
    expect(await logoOf(id)).toMatch(/./);
  });

  test('is drawn from the name, given, read anywhere, and taken away again', async () => {
    const { id } = await make('Films');
    const logo = async () => Buffer.from(await (await desk.sidecar.fetch(`/channels/${id}/logo.png`)).arrayBuffer());
    const drawn = await logo();
    const picture = await sharp({ create: { width: 900, height: 300, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const put = await desk.sidecar.fetch(`/api/channels/${id}/logo`, {
      ...{ method: 'PUT', headers: { ...ANY, 'content-type': 'image/jpeg' }, body: new Uint8Array(picture) },
    });
    expect(await put.json()).toMatchObject({ logo: { kind: 'upload', from: null } });
    const given = await logo();
    expect(await sharp(given).metadata()).toMatchObject({ format: 'png', width: 512, height: 171 });

    const url = `${desk.mediaServer.url}/logo.png`;
    const read = await desk.ask('PUT', `/api/channels/${id}/logo`, { url }, ANY);
    expect(read.json).toMatchObject({ logo: { kind: 'url', from: url } });
    expect(await sharp(await logo()).metadata()).toMatchObject({ width: 512, height: 171 });
    const removed = await desk.ask('DELETE', `/api/channels/${id}/logo`, undefined, ANY);
    expect(removed.json).toMatchObject({ logo: { kind: 'generated' } });
    expect(await logo()).toEqual(drawn);
  });

  test('is a picture, and nothing else', async () => {
    const { id } = await make('Films');
    const put = (type: string, body: string) =>
      desk.sidecar.fetch(`/api/channels/${id}/logo`, {
        method: 'PUT',
        headers: { ...ANY, 'content-type': type },
        body,
      });
    for (const body of ['<svg/>', '\x89PNG\r\n\x1a\n and no more', '']) {
      const response = await put('image/png', body);
      expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_picture' }]);
    }
    expect((await put('text/html', 'x')).status).toBe(415);
    for (const url of [
      `${desk.mediaServer.url}/nothing.png`,
      `${desk.mediaServer.url}/page`,
      `${desk.mediaServer.url}/icon.svg`,
      // Of this machine, but not the media server.
      `${desk.sidecar.url}/channels/${id}/logo.png`,
      'http://169.254.169.254/a.png',
    ]) {
      const refused = await desk.ask('PUT', `/api/channels/${id}/logo`, { url }, ANY);
      expect([url, refused.status, refused.json]).toMatchObject([url, 400, { error: 'invalid_picture' }]);
    }
    expect((await desk.ask('PUT', `/api/channels/${id}/logo`, { url: 'file:///etc/passwd' }, ANY)).status).toBe(400);
  });
});

describe('what is nested without end is refused like anything else', () => {
  const nested = (levels: number) => {
    let where: object = { genre: ['Comedy'] };
    for (let level = 0; level < levels; level++) where = { not: where };
    return { kind: 'scheduled', default: { content: [{ kind: 'query', where }] } };
  };

  it.each([60, 1000, 20_000])('%i times', async (levels) => {
    // Too deep for JSON.stringify.
    const [before, after] = ['{"kind":"scheduled","default":{"content":[{"kind":"query","where":', '}]}}'];
    const where = `${'{"not":'.repeat(levels)}{"kind":"film"}${'}'.repeat(levels)}`;
    const response = await desk.sidecar.fetch('/api/channels/preview', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"programming":${before}${where}${after}}`,
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      {
        error: 'invalid_body',
        fields: [
          {
            path: expect.stringMatching(/^programming\.default\.content\.0\.where(\.not)+$/),
            message: 'use at most 60 levels',
          },
        ],
      },
    ]);
  });

  test('and not what somebody might mean', async () => {
    const { status } = await desk.ask('POST', '/api/channels/preview', { programming: nested(40), hours: 1 });
    expect(status).toBe(200);
  });

  test('nor is YAML taken that contains itself', async () => {
    const response = await desk.sidecar.fetch('/api/channels/import', {
      method: 'POST',
      headers: { 'content-type': 'application/yaml' },
      body: 'sidecast_channels: 1\nchannels: &all\n  - name: A\n    programming: *all\n',
    });
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_body' }]);
  });
});

describe('all channels as one document', () => {
  test('have an id of their own each', async () => {
    const first = { id: 'a', name: 'A', programming: FILMS };
    const read = (channels: readonly object[]) =>
      desk.ask('POST', '/api/channels/import', { sidecast_channels: 1, channels });
    expect(await read([first, { ...first, name: 'B' }])).toMatchObject({
      status: 400,
      json: { fields: [{ path: 'channels.1.id', message: '"A" has the id a in this document; use another' }] },
    });
    // One without an id has that of its name.
    const made = await read([{ name: 'A', programming: FILMS }]);
    const [{ id }] = made.json;
    const renamed = { id, name: 'B', programming: FILMS };
    expect(await read([renamed, { name: 'A', programming: FILMS }])).toMatchObject({ status: 400 });
    expect(await read([first, { ...first, name: 'a' }])).toMatchObject({ status: 409 });
  });

  test('are the same again when it is read, however often, and each picture with its channel', async () => {
    const { id } = await make('Films', { number: '5.1', group: 'Mine' });
    await make('Later', { programming: { kind: 'delay', channel_id: id, minutes: 60 }, enabled: false });
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await desk.sidecar.fetch(`/api/channels/${id}/logo`, {
      ...{ method: 'PUT', headers: { ...ANY, 'content-type': 'image/png' }, body: new Uint8Array(png) },
    });
    const before = await desk.ask('GET', '/api/channels');
    const { json: document } = await desk.ask('GET', '/api/channels/export');
    const airings = await desk.catalog.airings.all(id);
    for (const replace of [false, true]) {
      const imported = await desk.ask('POST', `/api/channels/import?replace=${replace}`, document);
      const warned = before.json.map((channel: object) => ({ ...channel, warnings: [] }));
      expect([imported.status, imported.json, imported.etag]).toEqual([200, warned, before.etag]);
    }
    expect(await desk.catalog.airings.all(id)).toEqual(airings);

    await using other = await openDesk();
    await other.ask('POST', '/api/channels', { name: 'Other', number: '5.1', programming: SHOW });
    expect(await other.ask('POST', '/api/channels/import', document)).toMatchObject({
      status: 409,
      json: { error: 'channel_number_taken' },
    });
    expect((await other.ask('GET', '/api/channels')).json).toHaveLength(1);
    expect((await other.ask('POST', '/api/channels/import?replace=true', document, ANY)).status).toBe(200);
    expect((await other.ask('GET', '/api/channels/export')).json).toEqual(document);
    expect(await other.catalog.airings.all(id)).toEqual(airings);
  });

  test('may be written by hand, in YAML, without what follows by itself', async () => {
    const yaml = `sidecast_channels: 1
channels:
  - name: Films
    number: 5
    logo: { url: "${desk.mediaServer.url}/icon.svg" }
    programming: { kind: scheduled, default: { content: [{ kind: films }] } }`;
    const post = (body: string) =>
      desk.sidecar.fetch('/api/channels/import', {
        ...{ method: 'POST', headers: { 'content-type': 'application/yaml', ...ANY }, body },
      });
    // The icon is an SVG: no logo, so nothing is made at all.
    expect((await post(yaml)).status).toBe(400);
    expect((await desk.ask('GET', '/api/channels')).json).toEqual([]);
    const plain = yaml.replace(/.*logo.*\n/, '');
    for (let times = 0; times < 2; times++) expect((await post(plain)).status).toBe(200);
    expect((await desk.ask('GET', '/api/channels')).json).toMatchObject([{ number: '5', name: 'Films' }]);
    expect((await post(plain.replace('name: Films', 'name: Films\n    description: Mine'))).status).toBe(200);
    expect((await desk.ask('GET', '/api/channels')).json).toMatchObject([{ description: 'Mine' }]);
    expect((await post(': : :')).status).toBe(400);
    expect((await (await desk.sidecar.fetch('/api/channels/export?format=yaml')).text()).startsWith('sidecast_')).toBe(
      true,
    );
  });

  test('is refused where an id could not stand in a guide', async () => {
    const importing = (id: string) =>
      desk.ask('POST', '/api/channels/import', {
        sidecast_channels: 1,
        channels: [{ id, name: 'Films', programming: SHOW }],
      });
    expect(await importing('my_films')).toMatchObject({
      status: 400,
      json: { error: 'invalid_body', message: expect.stringContaining('letters, digits and -') },
    });
    expect((await desk.ask('GET', '/api/channels')).json).toEqual([]);
    expect(await importing('My-films-2')).toMatchObject({ status: 200, json: [{ id: 'My-films-2' }] });
  });

  test('may name what is shown later before what it is a delay of', async () => {
    const delay = { kind: 'delay', channel_id: 'films', minutes: 60 };
    const channels = [
      { id: 'later', name: 'Films +1', programming: delay },
      { id: 'films', name: 'Films', programming: FILMS },
    ];
    for (let times = 0; times < 2; times++) {
      const imported = await desk.ask('POST', '/api/channels/import', { sidecast_channels: 1, channels });
      expect([imported.status, imported.json]).toMatchObject([
        200,
        [
          { name: 'Films', number: '1', frame_rate: '24' },
          { name: 'Films +1', number: '2', frame_rate: '24' },
        ],
      ]);
    }
  });

  test('take changes over: a programming after what is settled, and what is not named stays', async () => {
    const { id } = await make('Films');
    await make('Mine');
    const { json: document } = await desk.ask('GET', '/api/channels/export');
    const [films] = document.channels;
    const changed = { ...document, channels: [{ ...films, name: 'Shows', programming: SHOW }] };
    expect((await desk.ask('POST', '/api/channels/import', changed, ANY)).json).toMatchObject([
      { id, name: 'Shows' },
      { name: 'Mine' },
    ]);
    const items = new Set(
      (await desk.catalog.airings.all(id)).slice(1).map((airing) => 'itemId' in airing && airing.itemId),
    );
    expect(items).toEqual(new Set(['Show 1', 'Show 2', 'Show 3']));
    await desk.ask('POST', '/api/channels/import?replace=true', changed, ANY);
    expect((await desk.ask('GET', '/api/channels')).json).toMatchObject([{ name: 'Shows' }]);
  });

  test('changes or removes what there is only for who has seen it as it is', async () => {
    await make('Films', { number: '1' });
    const exported = await desk.ask('GET', '/api/channels/export');
    expect(exported.etag).toBe((await desk.ask('GET', '/api/channels')).etag);
    const yaml = await desk.sidecar.fetch('/api/channels/export?format=yaml');
    expect(yaml.headers.get('etag')).toBe(exported.etag);
    const importing = (document: object, query = '', headers: Record<string, string> = {}) =>
      desk.ask('POST', `/api/channels/import${query}`, document, headers);
    const [films] = exported.json.channels;
    const renamed = { ...exported.json, channels: [{ ...films, name: 'Cinema' }] };
    const none = { ...exported.json, channels: [] };
    // What changes nothing, or only adds to it, overwrites nobody's work.
    const added = { ...exported.json, channels: [{ name: 'Shows', number: '2', programming: SHOW }] };
    for (const document of [exported.json, added]) expect((await importing(document)).status).toBe(200);
    for (const [document, query] of [
      [renamed, ''],
      [none, '?replace=true'],
    ] as const) {
      expect(await importing(document, query)).toMatchObject({ status: 428, json: { error: 'precondition_required' } });
      const late = await importing(document, query, { 'if-match': exported.etag });
      expect(late).toMatchObject({ status: 412, json: { error: 'precondition_failed' } });
    }
    expect(await importing(added, '', { 'if-match': exported.etag })).toMatchObject({ status: 412 });
    expect((await desk.ask('GET', '/api/channels')).json).toMatchObject([{ name: 'Films' }, { name: 'Shows' }]);
    const { etag } = await desk.ask('GET', '/api/channels/export');
    const changed = await importing(renamed, '?replace=true', { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, json: [{ name: 'Cinema' }] });
    expect(changed.etag).not.toBe(etag);
  });
});

test('a line-up is suggested from what the library is rich in, made when asked for, and not suggested again', async () => {
  const rich = Array.from({ length: 10 }, (_, index) =>
    film(`Western ${index}`, {
      ...{ source: 'folder:/westerns', path: `/westerns/${index}.mkv`, genres: ['Western'], year: 1961 },
      durationMs: 90 * 60_000,
    }),
  );
  await sync(
    desk.catalog,
    sourceOf('folder:/westerns', () => rich),
  );
  for (const each of rich) await desk.catalog.items.setFacts(each, each, facts({ durationMs: 90 * 60_000 }));
  const names = ({ json }: { json: { suggestions: { name: string }[] } }) => json.suggestions.map(({ name }) => name);
  const suggested = await desk.ask('POST', '/api/channels/suggest', {});
  expect([names(suggested), suggested.json.created]).toEqual([['Night Cinema', 'Western', '1960s'], []]);
  expect((await desk.ask('GET', '/api/channels')).json).toEqual([]);

  const { json } = await desk.ask('POST', '/api/channels/suggest', { create: true });
  const made: { id: string; name: string; listed: boolean }[] = json.created;
  expect(made.map(({ name }) => name)).toEqual(['Night Cinema', 'Western', '1960s']);
  expect(made.every(({ listed }) => listed)).toBe(true);
  const { json: on } = await desk.ask('GET', `/api/channels/${made[1]!.id}/now`);
  expect(on.now.item.title).toMatch(/^Western \d$/);
  expect(names(await desk.ask('POST', '/api/channels/suggest', { create: true }))).toEqual([]);
});
