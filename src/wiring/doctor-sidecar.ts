import { z } from 'zod';
import type { Settings } from '../config.ts';
import { checkAddress } from '../doctor/checks/address.ts';
import { checkChannels, type TunedChannel } from '../doctor/checks/channels.ts';
import { judgeGuide } from '../doctor/checks/guide.ts';
import { judgeHealth } from '../doctor/checks/health.ts';
import { judgePaths } from '../doctor/checks/libraries.ts';
import { judgeTuner } from '../doctor/checks/tuner.ts';
import { type Check, type Finding, untried } from '../doctor/finding.ts';
import { AppError } from '../shared/errors.ts';
import { isDeviceId } from '../tuner/hdhomerun/device-id.ts';
import { verify } from '../verify/verify.ts';
import type { Visit } from './doctor-visit.ts';

const WATCHED_SECONDS = 5;

const overview = z.object({
  sources: z.array(
    z.object({
      id: z.string(),
      problem: z.string().nullable(),
      files: z.object({ items: z.number(), missing: z.number() }).nullable(),
      missing_files: z.array(z.string()),
      suggested_path_map: z.string().nullable(),
      unplayable_files: z.array(z.object({ path: z.string(), problem: z.string() })),
      waiting_for_confirmation: z.array(z.object({ library: z.string(), unseen: z.number() })),
    }),
  ),
});
const channels = z.array(
  z.object({
    ...{ id: z.string(), number: z.string(), name: z.string(), stream_url: z.string() },
    ...{ enabled: z.boolean(), listed: z.boolean() },
  }),
);
const session = z.object({ slate_count: z.number(), last_error: z.string() });
const health = z.object({
  causes: z.array(z.object({ code: z.string(), message: z.string(), advice: z.string() })),
});
const device = z.object({ DeviceID: z.string() });
const lineup = z.array(z.object({ GuideNumber: z.string() }));

export interface SidecarChecksOptions {
  readonly settings: Settings;
  /** Under which other machines know this one. */
  readonly host: string;
  /** Once there is one. */
  readonly visit: () => Visit | undefined;
  readonly ffmpegPath: () => string | undefined;
  readonly signal: AbortSignal;
}

/** What only a sidecar at work can show. */
export function sidecarChecks(options: SidecarChecksOptions): readonly Check[] {
  const { settings, host, ffmpegPath, signal } = options;
  const asking = (run: (visit: Visit) => Promise<readonly Finding[]>) => async () => {
    const visit = options.visit();
    return visit === undefined ? [untried('there is no sidecar to try it with')] : run(visit);
  };
  const listed = async (visit: Visit) =>
    (await read(visit, '/api/channels', channels)).filter(({ enabled, listed: isShown }) => enabled && isShown);
  return [
    {
      name: 'paths',
      run: asking(async (visit) => judgePaths((await read(visit, '/api/library', overview)).sources)),
    },
    {
      name: 'address',
      run: asking(async ({ url, isTrial }) => {
        const { port } = new URL(url);
        if (isTrial && port !== String(settings.port)) {
          return [untried('Sidecast does not listen on a port of its own just now, so nothing can lead there')];
        }
        return [await checkAddress({ address: settings.baseUrl ?? `http://${host}:${port}`, own: url })];
      }),
    },
    {
      name: 'channel',
      run: asking(async (visit) => {
        const all = await listed(visit);
        const addresses = new Map(all.map(({ id, stream_url: stream }) => [id, visit.url + new URL(stream).pathname]));
        return checkChannels({
          channels: all,
          watch: async ({ id }) => {
            const judged = { seconds: WATCHED_SECONDS, ffmpegPath: ffmpegPath() ?? 'ffmpeg', signal };
            return (await verify(addresses.get(id) ?? '', judged)).faults.map(({ sentence }) => sentence);
          },
          cardsOf: (channel) => cardsOf(visit, channel),
        });
      }),
    },
    {
      name: 'guide',
      run: asking(async (visit) => {
        const [m3u, guide] = await Promise.all([textAt(visit, '/channels.m3u'), textAt(visit, '/guide.xml')]);
        return judgeGuide({ m3u, guide, now: Date.now() });
      }),
    },
    {
      name: 'tuner',
      run: asking(async (visit) => {
        const { DeviceID: deviceId } = await read(visit, '/discover.json', device);
        const numbers = (await read(visit, '/lineup.json', lineup)).map(({ GuideNumber }) => GuideNumber);
        const expected = (await listed(visit)).map(({ number }) => number);
        return [judgeTuner({ deviceId, isValid: isDeviceId(deviceId), numbers, expected })];
      }),
    },
    { name: 'health', run: asking(async (visit) => judgeHealth(await read(visit, '/api/health', health))) },
  ];
}

async function cardsOf({ url, headers }: Visit, { id }: TunedChannel) {
  const response = await fetch(`${url}/api/streams/${id}`, { headers });
  if (response.status === 404) return { slates: 0, lastError: '' };
  const { slate_count: slates, last_error: lastError } = session.parse(await response.json());
  return { slates, lastError };
}

async function read<T>(visit: Visit, path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await textAt(visit, path)));
}

/** Health answers 503 where it is ill. */
async function textAt({ url, headers }: Visit, path: string): Promise<string> {
  const response = await fetch(url + path, { headers });
  if (response.ok || response.status === 503) return response.text();
  if (response.status === 401) {
    throw new AppError(
      'unauthorised',
      'the sidecar at work does not take the key; set SIDECAST_API_KEY as it is set there, or run this as its user',
    );
  }
  throw new AppError('internal_error', `the sidecar at work answers ${response.status} at ${path}; see its log`);
}
