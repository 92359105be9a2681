import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TOKEN = 'plex-token-of-owner';

export interface StandInOptions {
  readonly version?: string;
  /** It cannot reach the tuner's address: an empty answer, as for one that nobody has. */
  readonly cannotReach?: boolean;
  /** Channels that a scan does not find. */
  readonly withoutChannels?: readonly string[];
  readonly cannotReadGuide?: boolean;
  readonly cannotMap?: boolean;
  /** The token is a guest's. */
  readonly isGuest?: boolean;
  /** A tuner of somebody else that our DVR has as well. */
  readonly sharesDvr?: boolean;
}

interface Device {
  readonly key: string;
  readonly uuid: string;
  readonly uri: string;
  readonly status: string;
  ChannelMapping?: object[];
}

/** What third parties tell of a Plex: tuners, scans, DVRs with guides, and the channel map, each by its own request. */
export async function startPlex(options: StandInOptions = {}) {
  const calls: string[] = [];
  const devices: Device[] = [];
  const dvrs: { key: string; lineup: string; Device: Device[] }[] = [];
  const guide = new Set<string>();
  let found: string[] = [];
  let nextKey = 1;
  const container = (content: object): [number, object] => [200, { MediaContainer: { size: 0, ...content } }];

  async function answer(request: IncomingMessage): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const method = request.method ?? '';
    if (pathname === '/identity') return container({ version: options.version ?? '1.41.0.8992-8463ad060' });
    if (request.headers['x-plex-token'] !== TOKEN) return [401, undefined];
    if (options.isGuest === true && method !== 'GET') return [403, undefined];
    const route = `${method} ${pathname.replace(/\/\d+(?=\/|$)/g, '/#')}`;
    const [, key] = /\/(\d+)(?:\/|$)/.exec(pathname) ?? [];
    switch (route) {
      case 'GET /media/grabbers/devices':
        return container({ Device: devices.map(({ key: id, uuid, uri, status }) => ({ key: id, uuid, uri, status })) });
      case 'POST /media/grabbers/devices': {
        const uri = searchParams.get('uri') ?? '';
        const isThere = options.cannotReach !== true && (await fetch(`${uri}/discover.json`)).ok;
        if (!isThere) return container({});
        const id = String(nextKey++);
        devices.push({ key: id, uuid: `device://tv.plex.grabbers.hdhomerun/${id}`, uri, status: 'alive' });
        return container({ Device: devices.slice(-1) });
      }
      case 'POST /media/grabbers/devices/#/scan': {
        const device = devices.find((each) => each.key === key);
        const lines = (await (await fetch(`${device?.uri}/lineup.json`)).json()) as { GuideNumber: string }[];
        found = lines.map(({ GuideNumber }) => GuideNumber).filter((each) => !options.withoutChannels?.includes(each));
        return container({});
      }
      case 'GET /media/grabbers/devices/#/channels':
        return container({ DeviceChannel: found.map((identifier) => ({ identifier })) });
      case 'PUT /media/grabbers/devices/#/channelmap': {
        const enabled = (searchParams.get('channelsEnabled') ?? '').split(',');
        const maps = enabled.map((number) => ({
          deviceIdentifier: number,
          lineupIdentifier: searchParams.get(`channelMapping[${number}]`) ?? '',
          channelKey: searchParams.get(`channelMappingByKey[${number}]`) ?? '',
          enabled: '1',
        }));
        const device = devices.find((each) => each.key === key);
        if (device && options.cannotMap !== true) device.ChannelMapping = maps;
        return [200, undefined];
      }
      case 'GET /livetv/dvrs':
        return container({ Dvr: dvrs });
      case 'POST /livetv/dvrs': {
        const device = devices.filter(({ uuid }) => uuid === searchParams.get('device'));
        const other = { key: '99', uuid: 'other', uri: 'http://other', status: 'alive' };
        const id = String(nextKey++);
        const of = options.sharesDvr === true ? [...device, other] : device;
        dvrs.push({ key: id, lineup: searchParams.get('lineup') ?? '', Device: of });
        return container({ Dvr: dvrs.slice(-1) });
      }
      case 'POST /livetv/dvrs/#/reloadGuide': {
        const lineup = dvrs.find((each) => each.key === key)?.lineup ?? '';
        const [, url = ''] = /^lineup:\/\/tv\.plex\.providers\.epg\.xmltv\/([^#]*)#/.exec(lineup) ?? [];
        if (options.cannotReadGuide === true) return [200, undefined];
        const xml = await (await fetch(decodeURIComponent(url))).text();
        for (const [, id = ''] of xml.matchAll(/<channel id="([^"]*)"/g)) guide.add(id);
        return [200, undefined];
      }
      case 'GET /livetv/epg/channelmap':
        return container({
          ChannelMapping: [...guide].map((id) => ({
            ...{ deviceIdentifier: '', lineupIdentifier: id, channelKey: `key-${id}` },
          })),
        });
      case 'DELETE /livetv/dvrs/#':
      case 'DELETE /media/grabbers/devices/#':
        for (const list of [dvrs, devices]) {
          const isAsked = pathname.includes('dvrs') === (list === dvrs);
          const index = list.findIndex((each) => each.key === key);
          if (isAsked && index >= 0) list.splice(index, 1);
        }
        return [200, undefined];
      case 'DELETE /livetv/dvrs/#/devices/#': {
        const [dvr] = dvrs;
        dvr?.Device.splice(0, 1);
        return [200, undefined];
      }
    }
    return [404, undefined];
  }

  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url?.split('?')[0]}`);
    void answer(request).then(([status, body]) => {
      response.statusCode = status;
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    devices,
    dvrs,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
