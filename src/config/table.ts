import { z } from 'zod';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';
import { LOG_LEVELS } from '../shared/logger.ts';
import {
  apiKey,
  audioLanguage,
  baseUrl,
  folder,
  librarySource,
  network,
  pathRule,
  quality,
  timeZone,
  tunerDevice,
  uniqueHighestFirst,
} from './values.ts';

/** How a text from the environment or the command line becomes the value that the schema knows. */
export type Reading = 'text' | 'number' | 'list' | 'sources';

/** What a person needs to know of a setting besides its schema. */
export interface SettingNote {
  readonly description: string;
  readonly allowed: string;
  readonly reading: Reading;
  /** The default in words, where it is not a plain value. */
  readonly defaultText?: string;
  /** Never shown again once it was given. */
  readonly isSecret?: true;
  /** Other users of a machine see the command lines of all programs. */
  readonly isOffCommandLine?: true;
}

/** Every setting's note, by its schema. */
export const notes = z.registry<SettingNote>();

/** The table of settings. All else that knows them – types, command line, JSON schema, README – comes from here. */
export const SETTINGS = {
  host: z.string().min(1).prefault('0.0.0.0').register(notes, {
    description: 'Address to listen on',
    allowed: 'an IP address or a host name',
    reading: 'text',
  }),
  port: z.int().min(0).max(65_535).prefault(8765).register(notes, {
    description: 'Port to listen on; 0 takes any free one',
    allowed: 'a whole number from 0 to 65535',
    reading: 'number',
  }),
  baseUrl: baseUrl.optional().register(notes, {
    description: 'The address under which players reach Sidecast, when a proxy stands before it',
    allowed: 'a URL that begins with http:// or https://',
    reading: 'text',
    defaultText: 'as the request came in',
  }),
  trustedProxies: z.array(network).prefault([]).register(notes, {
    description: 'Proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host headers are believed',
    allowed: 'a list of addresses and networks, such as 127.0.0.1,172.18.0.0/16',
    reading: 'list',
    defaultText: 'none',
  }),
  apiKey: apiKey.optional().register(notes, {
    description: 'The key that the pages and the API ask for; off asks for none',
    allowed: 'at least 16 letters, digits and signs without a space, or off',
    reading: 'text',
    defaultText: 'made at the first start, kept in `<data>/api-key`',
    isSecret: true,
    isOffCommandLine: true,
  }),
  trustedNetworks: z.array(network).prefault([]).register(notes, {
    description: 'Networks from which no key is asked for',
    allowed: 'a list of addresses and networks, such as 192.168.1.0/24,fd00::/8',
    reading: 'list',
    defaultText: 'none',
  }),
  signedUrls: z.enum(['off', 'on']).prefault('off').register(notes, {
    description:
      'Whether addresses of streams, lists and pictures are signed: then only those get in who were given them',
    allowed: 'one of off, on',
    reading: 'text',
  }),
  dataDir: folder.prefault('./data').register(notes, {
    description: 'Folder of the database, the demo library and everything else that is kept',
    allowed: 'a folder',
    reading: 'text',
  }),
  streamsDir: folder.optional().register(notes, {
    description: 'Folder of what is on air just now; much is written there, and nothing is missed when it is lost',
    allowed: 'a folder',
    reading: 'text',
    defaultText: '`/dev/shm` where it has 512 MB free, else `<data>/streams`',
  }),
  reelsDir: folder.optional().register(notes, {
    description: 'Folder of what was encoded once and may be aired again',
    allowed: 'a folder',
    reading: 'text',
    defaultText: '`<data>/reels`',
  }),
  reelsGb: z.number().min(0).prefault(10).register(notes, {
    description: 'How much the reels folder may hold, in GB; 0 keeps only what is on air',
    allowed: 'a number, 0 or more',
    reading: 'number',
  }),
  minFreeDiskMb: z.number().min(0).prefault(256).register(notes, {
    description:
      'How much must stay free on the disks of these folders, in MB: under it reels go, then no channel begins',
    allowed: 'a number, 0 or more',
    reading: 'number',
  }),
  library: z.array(librarySource).prefault([]).register(notes, {
    description: 'Where the films and episodes are',
    allowed:
      'a list of folder:/path/to/videos, jellyfin:/path and plex:/path, with the folder in which the server keeps its data',
    reading: 'sources',
    defaultText: 'a small demo library, made at the first start',
  }),
  pathMap: z.array(pathRule).prefault([]).register(notes, {
    description: 'Where files are on this machine that the media server has at other paths',
    allowed: 'a list of rules such as /media=>/mnt/nas or D:\\Films=>/mnt/films',
    reading: 'list',
    defaultText: 'none: the paths are the same',
  }),
  jellyfinUrl: baseUrl.optional().register(notes, {
    description: "Jellyfin's address, for pictures whose files cannot be read from here",
    allowed: 'a URL that begins with http:// or https://',
    reading: 'text',
    defaultText: 'not asked',
  }),
  jellyfinKey: z
    .string()
    .regex(/^[\w-]+$/)
    .optional()
    .register(notes, {
      description: 'An API key of Jellyfin, from its dashboard',
      allowed: 'letters and digits',
      reading: 'text',
      isSecret: true,
      defaultText: 'not asked',
    }),
  plexUrl: baseUrl.optional().register(notes, {
    description: "Plex's address, for pictures whose files cannot be read from here",
    allowed: 'a URL that begins with http:// or https://',
    reading: 'text',
    defaultText: 'not asked',
  }),
  plexToken: z
    .string()
    .regex(/^[\w-]+$/)
    .optional()
    .register(notes, {
      description: 'A token of Plex (X-Plex-Token)',
      allowed: 'letters and digits',
      reading: 'text',
      isSecret: true,
      defaultText: 'not asked',
    }),
  syncHours: z.int().min(0).max(168).prefault(24).register(notes, {
    description: 'How often libraries are looked through besides when they change, in hours; 0 never',
    allowed: 'a whole number from 0 to 168',
    reading: 'number',
  }),
  timeZone: timeZone.optional().register(notes, {
    description: 'Time zone of the schedule and the guide',
    allowed: 'a name of the IANA data base, such as Europe/Berlin',
    reading: 'text',
    defaultText: "the system's",
  }),
  segmentSeconds: z.int().min(1).max(6).prefault(2).register(notes, {
    description: 'Length of a segment, for channels that are made from now on',
    allowed: 'a whole number from 1 to 6',
    reading: 'number',
  }),
  windowSegments: z.int().min(6).max(60).prefault(15).register(notes, {
    description: 'How many segments a live playlist lists',
    allowed: 'a whole number from 6 to 60',
    reading: 'number',
  }),
  aheadSeconds: z.number().min(10).max(600).prefault(30).register(notes, {
    description: 'How far ahead of the broadcast a watched channel is encoded',
    allowed: 'a number from 10 to 600',
    reading: 'number',
  }),
  qualities: z
    .array(quality)
    .min(1)
    .prefault([...QUALITY_LEVELS])
    .transform(uniqueHighestFirst)
    .register(notes, {
      description: 'Qualities that channels made from now on are offered in',
      allowed: `at least one of ${QUALITY_LEVELS.join(', ')}`,
      reading: 'list',
    }),
  tunerQuality: quality.optional().register(notes, {
    description: 'What a tuner gets that asks for no quality',
    allowed: 'one of the qualities that are offered',
    reading: 'text',
    defaultText: 'the highest that this machine encodes at 1.5 × real time',
  }),
  hardwareAccel: z.enum(['none', 'nvenc', 'qsv', 'vaapi', 'videotoolbox', 'auto']).prefault('auto').register(notes, {
    description: 'What encodes the picture; auto takes the first that proves itself, none is software',
    allowed: 'one of none, nvenc, qsv, vaapi, videotoolbox, auto',
    reading: 'text',
  }),
  preset: z.enum(['superfast', 'veryfast', 'faster']).prefault('veryfast').register(notes, {
    description: 'Effort of the software encoder',
    allowed: 'one of superfast, veryfast, faster',
    reading: 'text',
  }),
  audioLanguages: z.array(audioLanguage).prefault([]).register(notes, {
    description: 'Preferred languages of the sound track, best first',
    allowed: 'a list of ISO 639 codes, such as de,eng',
    reading: 'list',
    defaultText: "each file's default track",
  }),
  hdhomerunTuners: z.int().min(1).max(32).prefault(4).register(notes, {
    description: 'How many viewers at once each HDHomeRun that Sidecast acts as has tuners for',
    allowed: 'a whole number from 1 to 32',
    reading: 'number',
  }),
  hdhomerunDevices: z.array(tunerDevice).prefault([]).register(notes, {
    description:
      'Further HDHomeRuns, each with some of the channels on a port of its own; the one on the main port has all',
    allowed: 'a list such as 8766=Children:1 4 7-9, port, name and channel numbers',
    reading: 'list',
    defaultText: 'none',
  }),
  hdhomerunDiscovery: z.enum(['off', 'on', 'forced']).prefault('off').register(notes, {
    description:
      'Whether hosts find the HDHomeRun by themselves (UDP port 65001). Jellyfin then uses port 80 whatever else it is told, so on needs port 80 to lead here, and looks every minute whether it does; forced does it all the same',
    allowed: 'one of off, on, forced',
    reading: 'text',
  }),
  ssdp: z.enum(['off', 'on']).prefault('off').register(notes, {
    description: 'Whether the HDHomeRun announces itself on the network by SSDP (UDP port 1900)',
    allowed: 'one of off, on',
    reading: 'text',
  }),
  catchUpDays: z.number().min(0).max(30).prefault(0).register(notes, {
    description:
      'How many days back programmes can be watched that are over; the one on air can be started over anyway',
    allowed: 'a number from 0 to 30',
    reading: 'number',
  }),
  guidePastDays: z.number().min(0).max(30).prefault(1).register(notes, {
    description: 'How many days back the guide goes; as many as can be watched at least',
    allowed: 'a number from 0 to 30',
    reading: 'number',
  }),
  guideAheadDays: z.number().min(1).max(14).prefault(14).register(notes, {
    description: 'How many days ahead the guide goes',
    allowed: 'a number from 1 to 14',
    reading: 'number',
  }),
  guideFiller: z.enum(['hidden', 'gap']).prefault('hidden').register(notes, {
    description:
      'What the guide makes of filler after a programme: hidden, the programme lasts up to the next one; gap, it ends where it ends',
    allowed: 'one of hidden, gap',
    reading: 'text',
  }),
  gracePeriodSeconds: z.number().min(0).prefault(30).register(notes, {
    description: 'How long a channel stays on air after its last viewer has gone',
    allowed: 'a number, 0 or more',
    reading: 'number',
  }),
  maxViewers: z.int().min(1).max(10_000).prefault(500).register(notes, {
    description: 'How many viewers there may be at once',
    allowed: 'a whole number from 1 to 10000',
    reading: 'number',
  }),
  maxViewersPerChannel: z.int().min(1).max(10_000).prefault(250).register(notes, {
    description: 'How many of them may watch the same channel',
    allowed: 'a whole number from 1 to 10000',
    reading: 'number',
  }),
  cleanupIntervalSeconds: z.number().min(1).max(86_400).prefault(60).register(notes, {
    description: 'How often channels that nobody watches are looked for',
    allowed: 'a number from 1 to 86400',
    reading: 'number',
  }),
  ffmpegPath: z.string().min(1).optional().register(notes, {
    description: 'The ffmpeg to use, 5.1 or newer',
    allowed: 'the path of an executable file',
    reading: 'text',
    defaultText: 'found in PATH or where jellyfin-ffmpeg lives',
  }),
  ffprobePath: z.string().min(1).optional().register(notes, {
    description: 'The ffprobe to use',
    allowed: 'the path of an executable file',
    reading: 'text',
    defaultText: 'beside ffmpeg',
  }),
  logLevel: z
    .enum(LOG_LEVELS)
    .prefault('info')
    .register(notes, {
      description: 'How much is logged',
      allowed: `one of ${LOG_LEVELS.join(', ')}`,
      reading: 'text',
    }),
} as const;

export type SettingKey = keyof typeof SETTINGS;
