import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { GENERATIONS, StandInJellyfin } from '../support/jellyfin/stand-in.ts';
import { LISTING, startSidecar } from './sidecar.ts';

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
