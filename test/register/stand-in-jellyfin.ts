import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const KEY = '0123456789abcdef0123456789abcdef';
export const USER = { name: 'admin', password: 'right' };
const TOKEN = 'token-of-admin';
const REFRESH_ID = '0b4e2f5d8c1a4f6e9d3b7a2c5e8f1d40';

export interface StandInOptions {
  readonly version: string;
  /** Channels that do not get programmes. */
  readonly withoutProgrammes?: readonly string[];
  /** It cannot reach the tuner's address. */
  readonly cannotReach?: boolean;
  /** Answers of /health before the last one. */
  readonly starting?: readonly string[];
  readonly refreshEndsWith?: string;
  /** Its scheduled tasks stand still. */
  readonly neverRefreshes?: boolean;
  /** The login is one of a viewer, who may change nothing, or not even look. */
  readonly forbids?: 'changes' | 'everything';
}

/** What a Jellyfin does as it was observed: logins by generation, tuners, guides and the task that reads both. */
export async function startJellyfin(options: StandInOptions) {
  const calls: string[] = [];
  const starting = [...(options.starting ?? [])];
  const tuners: { Id: string; Url: string; TunerCount?: number }[] = [];
  const guides: { Id: string; Path: string; MovieCategories?: string[] }[] = [];
  const ids = { t: 0, g: 0 };
  const channels = new Map<string, { name: string; guideId: string }>();
  /** The guides that it keeps for an hour, by their ids. */
  const kept = new Map<string, string>();
  let refreshes = 0;
  let isQueued = false;

  async function refresh(): Promise<void> {
    isQueued = false;
    channels.clear();
    // Whatever the status is; one that does not answer keeps it from no other.
    const read = async (url: string) =>
      fetch(url)
        .then((response) => response.text())
        .catch(() => undefined);
    for (const { Url } of tuners) {
      const entries = ((await read(Url)) ?? '').matchAll(/tvg-id="([^"]*)" tvg-chno="(\d+)".*,(.*)/g);
      for (const [, guideId = '', number = '', name = ''] of entries) channels.set(number, { name, guideId });
    }
    for (const { Id, Path } of guides) {
      const guide = kept.get(Id) ?? (await read(Path));
      if (guide !== undefined) kept.set(Id, guide);
    }
    refreshes++;
  }

  async function answer(request: IncomingMessage, body: string): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /health') return [200, starting.shift() ?? 'Healthy'];
    if (route === 'GET /System/Info/Public') return [200, { Version: options.version }];
    const authorization = request.headers.authorization ?? '';
    if (route === 'POST /Users/AuthenticateByName') {
      if (!/^MediaBrowser .*DeviceId=/.test(authorization)) return [400, undefined];
      const { Username, Pw } = JSON.parse(body) as { Username: string; Pw: string };
      return Username === USER.name && Pw === USER.password ? [200, { AccessToken: TOKEN }] : [401, undefined];
    }
    const token = /^MediaBrowser .*Token="([^"]*)"/.exec(authorization)?.[1];
    // 12.0 takes nothing else.
    const older = options.version.startsWith('10.') ? request.headers['x-emby-token'] : undefined;
    if (![KEY, TOKEN].includes(String(token ?? older))) return [401, undefined];
    if (options.forbids === 'everything') return [403, undefined];
    if (options.forbids === 'changes' && request.method === 'POST') return [403, undefined];
    switch (route) {
      case 'GET /System/Configuration/livetv':
        return [200, { TunerHosts: tuners, ListingProviders: guides }];
      case 'POST /LiveTv/TunerHosts': {
        const { Id, Url, TunerCount } = JSON.parse(body) as { Id?: string; Url: string; TunerCount?: number };
        if (options.cannotReach === true || !(await fetch(Url)).ok) return [500, 'Error processing request.'];
        isQueued = true;
        const saved = { Id: Id ?? `t${ids.t++}`, Url, ...(TunerCount && { TunerCount }) };
        // With an id that is there it is updated in place.
        const index = tuners.findIndex((each) => each.Id === saved.Id);
        tuners.splice(index < 0 ? tuners.length : index, 1, saved);
        return [200, saved];
      }
      case 'POST /LiveTv/ListingProviders': {
        const { Id, Path, MovieCategories } = JSON.parse(body) as {
          Id?: string;
          Path: string;
          MovieCategories?: string[];
        };
        const saved = { Id: Id ?? `g${ids.g++}`, Path, ...(MovieCategories && { MovieCategories }) };
        const index = guides.findIndex((each) => each.Id === saved.Id);
        guides.splice(index < 0 ? guides.length : index, 1, saved);
        if (!options.version.startsWith('10.')) kept.delete(saved.Id);
        isQueued = true;
        return [200, saved];
      }
      case 'DELETE /LiveTv/TunerHosts':
      case 'DELETE /LiveTv/ListingProviders': {
        for (const list of [tuners, guides]) {
          const index = list.findIndex(({ Id }) => Id === searchParams.get('id'));
          if (index >= 0) list.splice(index, 1);
        }
        // The older ones keep the channels until the next refresh.
        if (pathname.endsWith('TunerHosts') && !options.version.startsWith('10.')) isQueued = true;
        return [204, undefined];
      }
      case `POST /ScheduledTasks/Running/${REFRESH_ID}`:
        await refresh();
        return [204, undefined];
      case 'GET /ScheduledTasks': {
        const LastExecutionResult =
          refreshes === 0
            ? null
            : { EndTimeUtc: `2031-01-01T00:00:0${refreshes}Z`, Status: options.refreshEndsWith ?? 'Completed' };
        const State = isQueued ? 'Running' : 'Idle';
        if (isQueued && options.neverRefreshes !== true) await refresh();
        return [
          200,
          [
            { Id: 'library', Key: 'RefreshLibrary', State: 'Idle' },
            { Id: REFRESH_ID, Key: 'RefreshGuide', State, LastExecutionResult },
          ],
        ];
      }
      case 'GET /LiveTv/Channels':
        return [200, { Items: [...channels].map(([Number, { name }]) => ({ Id: `c${Number}`, Name: name, Number })) }];
      case 'GET /LiveTv/Programs': {
        const id = searchParams.get('channelIds') ?? '';
        const said = `channel="${channels.get(id.slice(1))?.guideId}"`;
        const isKnown = guides.some(({ Id }) => kept.get(Id)?.includes(said));
        const has = isKnown && !options.withoutProgrammes?.includes(id);
        return [200, { Items: has ? [{ Id: 'p' }] : [] }];
      }
    }
    return [404, undefined];
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url?.split('?')[0];
      if (path !== '/health') calls.push(`${request.method} ${path}`);
      void answer(request, Buffer.concat(parts).toString()).then(([status, body]) => {
        response.statusCode = status;
        response.end(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    tuners,
    guides,
    channels,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
