import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import type { SettingSources } from '../src/config.ts';
import { parseSettings, settingsJSONSchema } from '../src/config.ts';
import { SETTING_NAMES } from '../src/config/names.ts';
import { notes, SETTINGS } from '../src/config/table.ts';
import { messageOf } from '../src/shared/errors.ts';

test('the defaults are complete', () => {
  expect(parseSettings({})).toEqual({
    host: '0.0.0.0',
    port: 8765,
    dataDir: path.resolve('data'),
    reelsDir: path.resolve('data/reels'),
    reelsGb: 10,
    library: [],
    pathMap: [],
    trustedNetworks: [],
    trustedProxies: [],
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    segmentSeconds: 2,
    signedUrls: 'off',
    syncHours: 24,
    windowSegments: 15,
    aheadSeconds: 30,
    qualities: ['1080p', '720p', '480p'],
    hardwareAccel: 'auto',
    preset: 'veryfast',
    audioLanguages: [],
    guidePastDays: 1,
    guideAheadDays: 14,
    guideFiller: 'hidden',
    gracePeriodSeconds: 30,
    minFreeDiskMb: 256,
    maxViewers: 500,
    maxViewersPerChannel: 250,
    cleanupIntervalSeconds: 60,
    catchUpDays: 0,
    hdhomerunTuners: 4,
    hdhomerunDevices: [],
    hdhomerunDiscovery: 'off',
    ssdp: 'off',
    logLevel: 'info',
  });
});

describe('a setting is read', () => {
  const yaml = (text: string): SettingSources => ({ file: { name: 'settings.yaml', text } });
  it.each<[string, SettingSources, object]>([
    ['from the environment', { env: { SIDECAST_PORT: '0' } }, { port: 0 }],
    ['from the command line', { options: { port: '9000' } }, { port: 9000 }],
    ['from a file', yaml('port: 9000\nreels_gb: 0.5\n'), { port: 9000, reelsGb: 0.5 }],
    ['from a file, as text', yaml('port: "9000"'), { port: 9000 }],
    ['from an empty file', yaml('# nothing\n'), { port: 8765 }],
    ['from a file that leaves a value out', yaml('port:\n'), { port: 8765 }],
    ['as not set when its variable is empty', { env: { SIDECAST_BASE_URL: '', SIDECAST_PORT: '' } }, { port: 8765 }],
    [
      'with the command line before the environment',
      { options: { port: '1' }, env: { SIDECAST_PORT: '2' } },
      { port: 1 },
    ],
    ['with the environment before the file', { env: { SIDECAST_PORT: '2' }, ...yaml('port: 3') }, { port: 2 }],
    [
      'without the slash at the end of an address',
      { options: { baseUrl: 'https://tv.example/a/' } },
      { baseUrl: 'https://tv.example/a' },
    ],
    [
      'as a folder below the working directory',
      { options: { dataDir: 'x' } },
      { dataDir: path.resolve('x'), reelsDir: path.resolve('x/reels') },
    ],
    ['as a list with commas', { env: { SIDECAST_QUALITIES: '480p, 720p,480p' } }, { qualities: ['720p', '480p'] }],
    ['as a list of a file', yaml('qualities: [480p, 1080p]'), { qualities: ['1080p', '480p'] }],
    ['as a text of a file that is a list', yaml('audio_languages: DE,eng'), { audioLanguages: ['de', 'eng'] }],
    [
      'as an option that repeats',
      { options: { audioLanguages: ['de', 'en,fr'] } },
      { audioLanguages: ['de', 'en', 'fr'] },
    ],
    [
      'as folders, with a comma in a name',
      { env: { SIDECAST_LIBRARY: 'folder:/tv/Yes, Minister,folder:/films' } },
      {
        library: [
          { kind: 'folder', path: '/tv/Yes, Minister' },
          { kind: 'folder', path: '/films' },
        ],
      },
    ],
    [
      'as the folders of media servers, and where their files are here',
      {
        env: { SIDECAST_LIBRARY: 'jellyfin:/config,plex:/plex,folder:/films' },
        options: { pathMap: ['/media=>/mnt/nas', 'D:\\Films => /mnt/films'] },
      },
      {
        library: [
          { kind: 'jellyfin', path: '/config' },
          { kind: 'plex', path: '/plex' },
          { kind: 'folder', path: '/films' },
        ],
        pathMap: [
          { from: '/media', to: '/mnt/nas' },
          { from: 'D:\\Films', to: '/mnt/films' },
        ],
      },
    ],
    [
      'as further tuners, each with some channels',
      { env: { SIDECAST_HDHOMERUN_DEVICES: '8766=Children: 1 4 7-9, 8767=Parents:2' } },
      {
        hdhomerunDevices: [
          {
            port: 8766,
            name: 'Children',
            ranges: [
              [1, 1],
              [4, 4],
              [7, 9],
            ],
          },
          { port: 8767, name: 'Parents', ranges: [[2, 2]] },
        ],
      },
    ],
    ['as a key', { env: { SIDECAST_API_KEY: 'correct-horse-battery' } }, { apiKey: 'correct-horse-battery' }],
    ['as no key', { env: { SIDECAST_API_KEY: 'off' } }, { apiKey: 'off' }],
    [
      'as a tuner quality that is offered',
      { options: { qualities: ['480p'], tunerQuality: '480p' } },
      { tunerQuality: '480p' },
    ],
  ])('%s', (_, sources, expected) => {
    expect(parseSettings(sources)).toMatchObject(expected);
  });
});

describe('an address where a folder is wanted is refused in words:', () => {
  it.each([
    'jellyfin:http://192.168.1.5:8096',
    'jellyfin://192.168.1.5:8096',
    'jellyfin:192.168.1.5:8096',
    'plex:smb://nas/plex',
    'plex:\\\\nas\\plex',
    'folder:nas:/srv/films',
    'http://192.168.1.5:8096',
  ])('%s', (given) => {
    const library = ['folder:/films', given];
    expect(thrownBy({ options: { library } })).toMatch(
      /allowed: a list .*; an address is no folder: name the folder .*on this machine; .* mount the videos and name them as folder:\/path$/,
    );
  });

  test.each(['folder:C:/Films', 'folder:/srv/nas:/films', 'folder:Alien: 3', 'folder:///films'])(
    '%s is a folder',
    (given) => {
      expect(parseSettings({ options: { library: [given] } }).library).toHaveLength(1);
    },
  );

  test.each(['emby:/config', 'folder:', '/films'])('%s is wrong otherwise', (given) => {
    expect(thrownBy({ options: { library: [given] } })).toMatch(/keeps its data$/);
  });
});

describe('a mistake is told with the name, what was given and what is allowed:', () => {
  const yaml = (text: string): SettingSources => ({ file: { name: 's.yaml', text } });
  it.each<[string, SettingSources]>([
    ['SIDECAST_PORT is "eighty"; allowed: a whole number from 0 to 65535', { env: { SIDECAST_PORT: 'eighty' } }],
    ['--segment-seconds is "2.5"; allowed: a whole number from 1 to 6', { options: { segmentSeconds: '2.5' } }],
    ['window_segments in s.yaml is 5; allowed: a whole number from 6 to 60', yaml('window_segments: 5')],
    ['SIDECAST_AHEAD_SECONDS is " "; allowed: a number from 10 to 600', { env: { SIDECAST_AHEAD_SECONDS: ' ' } }],
    ['--reels-gb is "-1"; allowed: a number, 0 or more', { options: { reelsGb: '-1' } }],
    [
      '--base-url is "ftp://x"; allowed: a URL that begins with http:// or https://',
      { options: { baseUrl: 'ftp://x' } },
    ],
    [
      '--library is "/films"; allowed: a list of folder:/path/to/videos, jellyfin:/path and plex:/path, with',
      { options: { library: ['/films'] } },
    ],
    ['--library is "emby:/config"; allowed: a list of folder:/path', { options: { library: ['emby:/config'] } }],
    [
      '--hdhomerun-devices is "8766=Children"; allowed: a list such as 8766=Children:1 4 7-9',
      { options: { hdhomerunDevices: ['8766=Children'] } },
    ],
    [
      '--hdhomerun-devices is "8766=Children:9-7"; allowed: a list such as',
      { options: { hdhomerunDevices: ['8766=Children:9-7'] } },
    ],
    ['--path-map is "/media=>"; allowed: a list of rules such as', { options: { pathMap: ['/media=>'] } }],
    ['--time-zone is "Mars/North"; allowed: a name of the IANA data base', { options: { timeZone: 'Mars/North' } }],
    ['qualities in s.yaml is ; allowed: at least one of 1080p, 720p, 480p', yaml('qualities: []')],
    ['--qualities is "4k"; allowed: at least one of 1080p, 720p, 480p', { options: { qualities: ['4k'] } }],
    [
      '--tuner-quality is "1080p"; allowed: one of the qualities',
      { options: { qualities: ['480p'], tunerQuality: '1080p' } },
    ],
    ['--preset is "slow"; allowed: one of superfast, veryfast, faster', { options: { preset: 'slow' } }],
    [
      'SIDECAST_AUDIO_LANGUAGES is "german"; allowed: a list of ISO 639',
      { env: { SIDECAST_AUDIO_LANGUAGES: 'german' } },
    ],
    [
      'SIDECAST_SEGMENTSECONDS is no setting; did you mean SIDECAST_SEGMENT_SECONDS?',
      { env: { SIDECAST_SEGMENTSECONDS: '2' } },
    ],
    ['SIDECAST_API_KEY is wrong; allowed: at least 16 letters, digits', { env: { SIDECAST_API_KEY: 'short' } }],
    ['SIDECAST_API_KEY is wrong; allowed: at least 16', { env: { SIDECAST_API_KEY: 'has a space in the middle' } }],
    ['SIDECAST_PLEX_TOKEN is wrong; allowed: letters', { env: { SIDECAST_PLEX_TOKEN: 'sec ret' } }],
    [
      '--trusted-networks is "192.168.1.0/24", "lan"; allowed: a list of addresses and networks, such as',
      { options: { trustedNetworks: ['192.168.1.0/24', 'lan'] } },
    ],
    ['SIDECAST_TRUSTED_PROXIES is "10/8"; allowed: a list', { env: { SIDECAST_TRUSTED_PROXIES: '10/8' } }],
    [
      'SIDECAST_SIGNED_URLS is on and SIDECAST_API_KEY is off',
      { env: { SIDECAST_API_KEY: 'off' }, options: { signedUrls: 'on' } },
    ],
    ['SIDECAST_COLOUR is no setting; sidecast --help lists them', { env: { SIDECAST_COLOUR: 'red' } }],
    ['segmentSeconds in s.yaml is no setting; did you mean segment_seconds?', yaml('segmentSeconds: 2')],
    ['s.yaml must hold lines like "port: 8765"', yaml('- port')],
    ['s.yaml: Map keys must be unique at line 2', yaml('port: 1\nport: 2')],
  ])('%s', (line, sources) => {
    expect(thrownBy(sources)).toContain(`\n  ${line}`);
  });
});

test('all mistakes of all sources are told together', () => {
  const message = thrownBy({
    options: { preset: 'slow', tunerQuality: '1080p', qualities: ['480p'] },
    env: { SIDECAST_PORT: '-1', SIDECAST_NOPE: '1' },
    file: { name: 's.yaml', text: 'nope: 1\nlog_level: loud' },
  });
  expect(message.split('\n')).toHaveLength(7);
});

test('the JSON schema has every setting by its file name, with its limits', () => {
  const schema = settingsJSONSchema();
  expect(schema).toMatchObject({
    type: 'object',
    additionalProperties: false,
    properties: {
      segment_seconds: { type: 'integer', minimum: 1, maximum: 6, default: 2 },
      qualities: { type: 'array', items: { enum: ['1080p', '720p', '480p'] }, minItems: 1 },
      library: { type: 'array', items: { type: 'string' }, default: [] },
      hardware_accel: { default: 'auto' },
    },
  });
  expect(Object.keys((schema as { properties: object }).properties)).toEqual(SETTING_NAMES.map(({ file }) => file));
  expect(schema).not.toHaveProperty('required');
});

test('every setting has a note', () => {
  expect(Object.values(SETTINGS).every((schema) => notes.get(schema)?.description)).toBe(true);
});

function thrownBy(sources: SettingSources): string {
  try {
    parseSettings(sources);
  } catch (error) {
    expect(error).toHaveProperty('code', 'invalid_settings');
    return messageOf(error);
  }
  throw new Error('these settings were taken');
}
