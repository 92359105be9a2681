import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, it, test } from '@jest/globals';
import { AppError, type ErrorCode } from '../../src/shared/errors.ts';
import { SharedStream } from '../support/jellyfin/live-stream.ts';
import { GENERATIONS, StandInJellyfin } from '../support/jellyfin/stand-in.ts';
import { until } from '../support/until.ts';
import { CHANNEL, LISTING, startSidecar } from './sidecar.ts';

const standIns: StandInJellyfin[] = [];
afterEach(() => standIns.splice(0).forEach((jellyfin) => jellyfin.close()));

/** A server of each generation that has read the guide at an address; it opens no stream, and needs no folder. */
async function read(generation: (typeof GENERATIONS)[number], url: string) {
  const jellyfin = new StandInJellyfin(generation, '');
  standIns.push(jellyfin);
  const id = jellyfin.saveGuide(url);
  await jellyfin.refresh();
  return { jellyfin, id };
}

const count = (jellyfin: StandInJellyfin) =>
  jellyfin.programmesFor({ guideId: undefined, number: '1', name: '' }).length;

it.each(GENERATIONS)(
  '$version keeps the words of an error for an hour, under the id that the guide has',
  async (of) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      response.statusCode = 503;
      response.end('{"error":"busy"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/guide.xml`;
    try {
      const { jellyfin, id } = await read(of, url);
      await jellyfin.refresh();
      expect(asked).toBe(1);
      jellyfin.saveGuide(url, id);
      await jellyfin.refresh();
      expect(asked).toBe(of.rereadsGuide ? 2 : 1);
      jellyfin.removeGuide(id);
      jellyfin.saveGuide(url);
      await jellyfin.refresh();
      expect(asked).toBe(of.rereadsGuide ? 3 : 2);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  },
);

const broken = async () => {
  throw new Error('the disk is gone');
};

it.each(
  GENERATIONS.flatMap((of) => [
    { of, version: of.version, when: 'at once', failing: { revision: broken } },
    { of, version: of.version, when: 'in the middle', failing: { describe: broken } },
  ]),
)(
  '$version keeps nothing of our guide when that fails $when, and has it at the next refresh',
  async ({ of, failing }) => {
    let isBroken = true;
    const listing = new Proxy(LISTING, {
      get: (whole, name: keyof typeof LISTING) => (isBroken ? { ...whole, ...failing } : whole)[name],
    });
    await using sidecar = await startSidecar({ listing });
    const { jellyfin } = await read(of, `${sidecar.url}/guide.xml`);
    expect(count(jellyfin)).toBe(0);
    isBroken = false;
    await jellyfin.refresh();
    expect(count(jellyfin)).toBeGreaterThan(0);
    // From now on it is kept.
    isBroken = true;
    await jellyfin.refresh();
    expect(count(jellyfin)).toBeGreaterThan(0);
  },
);

test.each<[ErrorCode, string]>([
  ['too_many_viewers', `/stream/${CHANNEL}.ts`],
  ['machine_at_capacity', `/stream/${CHANNEL}.ts`],
  ['machine_at_capacity', '/auto/v1'],
  ['ffmpeg_not_found', `/stream/${CHANNEL}.ts`],
])('%s at %s is no video: the viewer hears of it at once, and of no other channel', async (code, address) => {
  let isRefused = true;
  await using sidecar = await startSidecar({
    stream: {
      watch: async (_id, _quality, signal) => {
        if (isRefused) throw new AppError(code, 'words that a host would take for video');
        return (async function* () {
          yield Buffer.alloc(188, 0x47);
          if (!signal.aborted) await once(signal, 'abort');
        })();
      },
    },
  });
  const jellyfin = new StandInJellyfin(GENERATIONS[0]!, '');
  standIns.push(jellyfin);
  const open = () => SharedStream.openTuner(jellyfin.client, sidecar.url + address);
  const refused = await open();
  // Nothing came that it could look into.
  await expect(refused.probe('')).rejects.toThrow('500');
  expect([refused.hasEnded, refused.size]).toEqual([true, 0]);
  isRefused = false;
  const again = await open();
  await until('it plays', () => again.size > 0);
  again.close();
});
