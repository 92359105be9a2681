import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, it, test } from '@jest/globals';
import { AppError } from '../../src/shared/errors.ts';
import { TunerSlots } from '../../src/tuner/hdhomerun/tuner-slots.ts';
import { WoundClock } from '../support/wound-clock.ts';
import { CHANNEL, FILMS, SEGMENT_BYTES, startSidecar } from './sidecar.ts';

/** A stream that goes on until it is told to end. */
const endless = {
  watch: async (_id: string, _quality: unknown, signal: AbortSignal) =>
    (async function* () {
      yield SEGMENT_BYTES;
      if (!signal.aborted) await once(signal, 'abort');
    })(),
};

describe('what a host asks a device', () => {
  test('discover.json says what it is and where its channels are', async () => {
    await using sidecar = await startSidecar();
    expect(await (await sidecar.fetch('/discover.json')).json()).toEqual({
      FriendlyName: 'Sidecast',
      Manufacturer: 'Sidecast',
      ModelNumber: 'HDHR4-2US',
      FirmwareName: 'hdhomerun4_atsc',
      FirmwareVersion: expect.any(String),
      DeviceID: '10A1B2C7',
      DeviceAuth: 'sidecast',
      BaseURL: sidecar.url,
      LineupURL: `${sidecar.url}/lineup.json`,
      TunerCount: 2,
    });
  });

  it.each(['', '?show=found', '?show=unprotected'])(
    'lineup.json%s lists every channel, its address without a query',
    async (query) => {
      await using sidecar = await startSidecar();
      const lines = await (await sidecar.fetch(`/lineup.json${query}`)).json();
      expect(lines).toEqual([
        {
          GuideNumber: '1',
          GuideName: 'Old <Show> & Co',
          VideoCodec: 'H264',
          AudioCodec: 'AAC',
          HD: 1,
          URL: `${sidecar.url}/auto/v1`,
        },
        {
          GuideNumber: '2',
          GuideName: 'Films',
          VideoCodec: 'H264',
          AudioCodec: 'AAC',
          HD: 1,
          URL: `${sidecar.url}/auto/v2`,
        },
      ]);
    },
  );

  test('a scan is over as soon as it is begun', async () => {
    await using sidecar = await startSidecar();
    const status = { ScanInProgress: 0, ScanPossible: 1, Source: 'Cable', SourceList: ['Cable'] };
    expect(await (await sidecar.fetch('/lineup_status.json')).json()).toEqual(status);
    for (const scan of ['start', 'abort']) {
      const answer = await sidecar.fetch(`/lineup.post?scan=${scan}`, { method: 'POST' });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    }
    const wrong = await sidecar.fetch('/lineup.post?scan=sideways', { method: 'POST' });
    expect([wrong.status, await wrong.json()]).toEqual([400, { error: 'invalid_query', message: expect.any(String) }]);
  });

  test('device.xml is the description that UPnP wants, with the signs of XML escaped', async () => {
    await using sidecar = await startSidecar({
      tuner: {
        device: { id: '10A1B2C7', name: 'A & B', tunerCount: 2 },
        slots: new TunerSlots(2),
        after: new WoundClock(0).after,
      },
    });
    const answer = await sidecar.fetch('/device.xml');
    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8');
    const text = await answer.text();
    expect(text).toContain('<friendlyName>A &amp; B</friendlyName>');
    expect(text).toContain('<UDN>uuid:5c3e7d10-8a4b-4f6e-9d21-5ca510a1b2c7</UDN>');
    expect(text).toContain(`<URLBase>${sidecar.url}</URLBase>`);
  });
});

describe('tuning by number', () => {
  test('gives the channel of that number in the quality for tuners, whatever range is asked for', async () => {
    const watched: unknown[] = [];
    await using sidecar = await startSidecar({
      stream: {
        watch: async (id, quality) => {
          watched.push([id, quality]);
          return (async function* () {
            yield SEGMENT_BYTES;
          })();
        },
      },
    });
    // A model that transcodes would be asked for a profile as well.
    const headers = { 'user-agent': 'Lavf/60.3.100', range: 'bytes=0-', 'icy-metadata': '1' };
    const answer = await sidecar.fetch('/auto/v2?transcode=mobile', { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/MP2T']);
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(SEGMENT_BYTES);
    expect(watched).toEqual([[FILMS, undefined]]);
  });

  test('HEAD takes no tuner and starts nothing', async () => {
    const slots = new TunerSlots(0);
    const tuner = { device: { id: '10A1B2C7', name: 'x', tunerCount: 0 }, slots, after: new WoundClock(0).after };
    await using sidecar = await startSidecar({ tuner });
    const answer = await sidecar.fetch('/auto/v1', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type'), sidecar.calls]).toEqual([200, 'video/MP2T', []]);
  });

  test('is refused with 805 when all tuners are taken, and works again when one is free', async () => {
    await using sidecar = await startSidecar({ stream: endless });
    const first = get(`${sidecar.url}/auto/v1`);
    const second = get(`${sidecar.url}/auto/v1`);
    await Promise.all([once(first, 'response'), once(second, 'response')]);
    const third = await sidecar.fetch('/auto/v2');
    expect([third.status, third.headers.get('x-hdhomerun-error'), await third.text()]).toEqual([
      503,
      '805 All Tuners In Use',
      '',
    ]);
    expect(third.headers.has('content-type')).toBe(false);
    // Tuners are this device's: the M3U tuner's addresses are not among them.
    const other = get(`${sidecar.url}/stream/${CHANNEL}.ts`);
    const [answer] = await once(other, 'response');
    expect(answer.statusCode).toBe(200);
    other.destroy();
    first.destroy();
    let status = 503;
    while (status === 503) {
      const again = get(`${sidecar.url}/auto/v2`);
      const [response] = await once(again, 'response');
      status = response.statusCode;
      again.destroy();
    }
    expect(status).toBe(200);
    second.destroy();
  });

  it.each([
    ['/auto/v9', 404, '801 Unknown Channel'],
    ['/auto/v01', 404, '801 Unknown Channel'],
    ['/auto/1', 404, '801 Unknown Channel'],
    ['/auto/v1?duration=0', 400, '806 Tune Failed'],
    ['/auto/v1?duration=86401', 400, '806 Tune Failed'],
    ['/auto/v1?duration=ten', 400, '806 Tune Failed'],
    ['/auto/v1?duration=1&duration=2', 400, '806 Tune Failed'],
  ])('%s is %d %s without a body', async (path, status, error) => {
    await using sidecar = await startSidecar();
    const answer = await sidecar.fetch(path);
    expect([answer.status, answer.headers.get('x-hdhomerun-error'), await answer.text()]).toEqual([status, error, '']);
    expect(sidecar.calls).toEqual([]);
  });

  it.each([
    ['manager_stopped', 503, '803 System Busy'],
    ['ffmpeg_not_found', 503, '806 Tune Failed'],
  ] as const)('%s is %d %s, and the tuner is free again', async (code, status, error) => {
    const slots = new TunerSlots(1);
    const tuner = { device: { id: '10A1B2C7', name: 'x', tunerCount: 1 }, slots, after: new WoundClock(0).after };
    await using sidecar = await startSidecar({
      tuner,
      stream: {
        watch: async () => {
          throw new AppError(code, 'no');
        },
      },
    });
    const answer = await sidecar.fetch('/auto/v1');
    expect([answer.status, answer.headers.get('x-hdhomerun-error'), await answer.text()]).toEqual([status, error, '']);
    expect(slots.showing).toEqual([undefined]);
  });

  test('with a duration ends by itself after so many seconds', async () => {
    const clock = new WoundClock(0);
    const slots = new TunerSlots(1);
    const tuner = {
      device: { id: '10A1B2C7', name: 'x', tunerCount: 1 },
      slots,
      after: (ms: number, action: () => void) => clock.after(ms, action),
    };
    await using sidecar = await startSidecar({ tuner, stream: endless });
    const request = get(`${sidecar.url}/auto/v1?duration=10`);
    const [response] = await once(request, 'response');
    let received = 0;
    response.on('data', (bytes: Buffer) => (received += bytes.length));
    await clock.wind(9_999);
    expect([response.complete, slots.showing]).toEqual([false, ['1']]);
    await clock.wind(1);
    await once(response, 'end');
    expect([received, slots.showing]).toEqual([SEGMENT_BYTES.length, [undefined]]);
  });
});
