import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { checkAddress } from '../../src/doctor/checks/address.ts';
import { checkChannels } from '../../src/doctor/checks/channels.ts';
import { checkFFmpeg, judgeSpeed } from '../../src/doctor/checks/ffmpeg.ts';
import { checkFolders } from '../../src/doctor/checks/folders.ts';
import { checkHardware } from '../../src/doctor/checks/hardware.ts';
import { judgeHealth } from '../../src/doctor/checks/health.ts';
import { checkLibraries, judgePaths, type SourceOverview } from '../../src/doctor/checks/libraries.ts';
import { checkPorts } from '../../src/doctor/checks/ports.ts';
import { judgeTuner } from '../../src/doctor/checks/tuner.ts';
import { examine, renderExamined } from '../../src/doctor/examine.ts';
import { type Finding, fine, untried, wrong } from '../../src/doctor/finding.ts';
import { AppError } from '../../src/shared/errors.ts';
import { startSidecar } from '../http/sidecar.ts';

const FAST = { speed: 9 };

/** A cross whose words and next step read so. */
function crossed(words: RegExp, nextStep: RegExp): unknown {
  return { kind: 'wrong', words: expect.stringMatching(words), nextStep: expect.stringMatching(nextStep) };
}

function ticked(words: RegExp): unknown {
  return { kind: 'fine', words: expect.stringMatching(words) };
}

test('a check that throws is a cross, its next step what the message says behind the semicolon, and the others go on', async () => {
  const checks = [
    { name: 'first', run: () => Promise.reject(new AppError('port_in_use', 'it is taken; take another')) },
    { name: 'second', run: () => Promise.reject(new TypeError('x is undefined')) },
    { name: 'third', run: async () => [fine('well'), wrong('ill', 'rest'), untried('no time')] },
  ];
  let text = '';
  for await (const examined of examine(checks)) text += renderExamined(examined);
  expect(text).toBe(`✗ first: it is taken
    → take another
✗ second: x is undefined
    → run it again with --log-level debug, and see the log
✓ third: well
✗ third: ill
    → rest
– third: no time
`);
});

describe('ffmpeg', () => {
  const found = { ffmpegPath: '/usr/bin/ffmpeg', version: '7.1', canToneMap: true };

  it.each<[string, Partial<typeof found>, Parameters<typeof checkFFmpeg>[1], unknown]>([
    ['that develops', {}, async () => FAST, ticked(/^7\.1 at \/usr\/bin\/ffmpeg$/)],
    ['without zscale', { canToneMap: false }, async () => FAST, ticked(/HDR films will look pale/)],
    [
      'without libx264',
      {},
      async () => ({ problem: "Unknown encoder 'libx264'" }),
      crossed(/cannot develop.*libx264/, /install an ffmpeg with libx264/),
    ],
  ])('%s is told', async (_what, change, develop, expected) => {
    expect(await checkFFmpeg(async () => ({ ...found, ...change }), develop)).toEqual([expected]);
  });

  it.each([
    ['a fast machine', FAST, ticked(/libx264 develops 480p 9\.0 times/)],
    ['a slow one', { speed: 0.7 }, crossed(/0\.7 times.*too slow/, /SIDECAST_PRESET/)],
    ['one that fails', { problem: 'no memory' }, crossed(/no memory/, /SIDECAST_PRESET/)],
  ])('%s is told', (_what, measured, expected) => {
    expect(judgeSpeed('480p', 'libx264', measured)).toEqual(expected);
  });
});

it.each<[string, string, string[], string[], unknown]>([
  ['software as set', 'none', ['vaapi', 'none'], [], ticked(/as set/)],
  ['the first device that works', 'auto', ['nvenc', 'vaapi', 'none'], ['vaapi'], ticked(/^vaapi encodes$/)],
  ['no device at all', 'auto', ['none'], [], ticked(/^the processor encodes$/)],
  [
    'devices that are only listed',
    'auto',
    ['nvenc', 'none'],
    [],
    ticked(/processor encodes; nvenc does not \(no device\)/),
  ],
  [
    'a device that is set and does not work',
    'nvenc',
    ['nvenc', 'none'],
    [],
    crossed(/nvenc does not \(no dev/, /driver/),
  ],
  [
    'one that ffmpeg does not know',
    'qsv',
    ['none'],
    [],
    crossed(/built without it/, /SIDECAST_HARDWARE_ACCEL to auto/),
  ],
])('%s is told', async (_what, setting, listed, working, expected) => {
  const develop = async (method: string) => (working.includes(method) ? FAST : { problem: 'no device' });
  expect(await checkHardware({ setting, listed: async () => listed, develop })).toEqual([expected]);
});

test('folders that cannot be written, or have no room, are told', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'doctor-'));
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  const good = { what: 'data', folder: path.join(folder, 'data'), setting: 'SIDECAST_DATA_DIR' } as const;
  const bad = { what: 'reels', folder: path.join(file, 'reels'), setting: 'SIDECAST_REELS_DIR' } as const;
  expect(await checkFolders([good, bad], 0)).toEqual([
    ticked(/data folder .* MB free/),
    crossed(/reels folder .* cannot be written/, /SIDECAST_REELS_DIR/),
  ]);
  expect(await checkFolders([good], 1e12)).toEqual([crossed(/less than the 1000000000000 MB/, /make room/)]);
  await rm(folder, { recursive: true });
});

test('libraries that cannot be read are told, and what to mount', async () => {
  const findings = await checkLibraries([
    { id: 'folder:/films', look: async () => 'can be read (folder)' },
    { id: 'jellyfin:/config', look: () => Promise.reject(new AppError('library_unreadable', 'no such folder')) },
  ]);
  expect(findings).toEqual([
    ticked(/folder:\/films: can be read/),
    crossed(
      /no such folder/,
      /in a container, mount that folder whole and read-only; .*another machine, mount its videos and name them as folder:\/path/,
    ),
  ]);
});

describe('paths', () => {
  const source: SourceOverview = {
    id: 'jellyfin:/config',
    problem: null,
    files: { items: 10, missing: 0 },
    missing_files: [],
    suggested_path_map: null,
    unplayable_files: [],
    waiting_for_confirmation: [],
  };

  it.each<[string, Partial<SourceOverview>, unknown[]]>([
    ['all there', {}, [ticked(/10 files$/)]],
    [
      'some away, some unplayable',
      { files: { items: 10, missing: 2 }, unplayable_files: [{ path: '/a', problem: '/a is no video' }] },
      [ticked(/10 files, 2 of them not here, some that cannot be aired \(\/a is no video\)/)],
    ],
    [
      'most away',
      { files: { items: 10, missing: 9 }, missing_files: ['/media/a.mkv'] },
      [crossed(/9 of 10 files are not here, such as \/media\/a\.mkv/, /mount the folders.*SIDECAST_PATH_MAP/)],
    ],
    [
      'most away, and where they are is known',
      { files: { items: 10, missing: 9 }, suggested_path_map: '/media=>/mnt/nas' },
      [crossed(/9 of 10/, /^set SIDECAST_PATH_MAP to \/media=>\/mnt\/nas$/)],
    ],
    ['nothing', { files: { items: 0, missing: 0 } }, [crossed(/holds no film/, /put videos there/)]],
    ['a problem', { problem: 'it is damaged' }, [crossed(/could not be looked through: it is damaged/, /mount/)]],
    [
      'much that has gone',
      { waiting_for_confirmation: [{ library: 'Movies', unseen: 7 }] },
      [ticked(/10 files/), crossed(/7 items of "Movies"/, /sync --allow-removals/)],
    ],
  ])('%s is told', (_what, change, expected) => {
    expect(judgePaths([{ ...source, ...change }])).toEqual(expected);
  });
});

test('ports that others have are told', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(socket, 'listening')]);
  const wanted = [
    { transport: 'tcp', port: (server.address() as AddressInfo).port, setting: 'SIDECAST_PORT' },
    { transport: 'udp', port: socket.address().port, setting: 'SIDECAST_HDHOMERUN_DISCOVERY' },
    { transport: 'tcp', port: 0, setting: 'SIDECAST_PORT' },
  ] as const;
  expect(await checkPorts('127.0.0.1', wanted)).toEqual([
    crossed(/tcp port \d+ is in use/, /change SIDECAST_PORT/),
    crossed(/udp port \d+ is in use/, /change SIDECAST_HDHOMERUN_DISCOVERY/),
    ticked(/port 0 is free/),
  ]);
  expect(await checkPorts('192.0.2.1', wanted.slice(2))).toEqual([crossed(/cannot listen on 192\.0\.2\.1/, /PORT/)]);
  server.close();
  socket.close();
});

test('an address that leads nowhere, to something else or to another Sidecast is told', async () => {
  await using sidecar = await startSidecar();
  const own = sidecar.url;
  const after = () => ({ cancel() {} });
  const slots = { take: () => undefined, showing: [] };
  await using other = await startSidecar({
    tuner: { device: { id: '10A1B2C8', name: 'Other', tunerCount: 1 }, slots: slots as never, after },
  });
  const page = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await once(page, 'listening');
  expect(await checkAddress({ address: own, own })).toEqual(ticked(/leads here/));
  const addresses = [
    `${own}/tv`,
    other.url,
    `http://127.0.0.1:${(page.address() as AddressInfo).port}`,
    'http://127.0.0.1:9',
  ];
  const found: Finding[] = [];
  for (const address of addresses) found.push(await checkAddress({ address, own }));
  expect(found).toEqual([
    crossed(/it answers 404/, /SIDECAST_BASE_URL/),
    crossed(/another Sidecast \(10A1B2C8, not 10A1B2C7\)/, /proxy/),
    crossed(/no Sidecast/, /firewall/),
    crossed(/does not lead here: (?!fetch failed)/, /firewall/),
  ]);
  page.closeAllConnections();
  page.close();
});

describe('channels', () => {
  const channel = { id: 'a', number: '1', name: 'Films' };
  const none = { slates: 0, lastError: '' };
  const cards =
    (...counts: (typeof none)[]) =>
    async () =>
      counts.shift() ?? none;

  it.each<[string, Parameters<typeof checkChannels>[0], unknown]>([
    ['one that plays', { channels: [channel], watch: async () => [], cardsOf: cards() }, ticked(/1 Films plays/)],
    [
      'one with the card of a slow start',
      { channels: [channel], watch: async () => [], cardsOf: cards(none, { slates: 1, lastError: '' }) },
      ticked(/plays, a card/),
    ],
    [
      'one with faults',
      { channels: [channel], watch: async () => ['a gap', 'another'], cardsOf: cards() },
      crossed(/has faults: a gap, and 1 more/, /verify/),
    ],
    [
      'one that shows a card',
      { channels: [channel], watch: async () => [], cardsOf: cards(none, { slates: 3, lastError: 'no such file' }) },
      crossed(/shows a card: no such file/, /check the file/),
    ],
    [
      'one that does not come',
      { channels: [channel], watch: () => Promise.reject(new Error('it answers 503')), cardsOf: cards() },
      crossed(/cannot be tuned: it answers 503/, /log/),
    ],
    ['none', { channels: [], watch: async () => [], cardsOf: cards() }, crossed(/no channel/, /library/)],
  ])('%s is told', async (_what, options, expected) => {
    expect(await checkChannels(options)).toEqual([expected]);
  });
});

test('a tuner that hosts would not take is told', () => {
  const good = { deviceId: '10A1B2C7', isValid: true, numbers: ['1', '2'], expected: ['1', '2'] };
  expect(judgeTuner(good)).toEqual(ticked(/10A1B2C7 with 2 channels/));
  expect(judgeTuner({ ...good, isValid: false })).toEqual(crossed(/id 10A1B2C7 is not valid/, /restart/));
  expect(judgeTuner({ ...good, expected: ['1', '2', '3'] })).toEqual(crossed(/lacks 3/, /restart/));
});

test('what the sidecar complains of is told', () => {
  expect(judgeHealth({ causes: [] })).toEqual([ticked(/nothing/)]);
  const cause = { code: 'disk_low', message: 'the disk is full', advice: 'make room' };
  expect(judgeHealth({ causes: [cause] })).toEqual([wrong('the disk is full', 'make room')]);
});
