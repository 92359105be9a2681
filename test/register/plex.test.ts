import { expect, it, test } from '@jest/globals';
import { Links } from '../../src/access/links.ts';
import { parseNetwork } from '../../src/access/networks.ts';
import { CHANNEL, FILMS, NOW, startSidecar } from '../http/sidecar.ts';
import { register, startSidecarWith } from './register.ts';
import { startPlex, type StandInOptions, TOKEN } from './stand-in-plex.ts';

const OWNER = ['--token', TOKEN];
const CHANNELS = [
  { number: '1', id: CHANNEL },
  { number: '2', id: FILMS },
];

it.each<[string, string[], Record<string, string>]>([
  ['a token', OWNER, {}],
  ['a token of the environment', [], { PLEX_TOKEN: TOKEN }],
])('Plex gets tuner, DVR and channel map by %s; again nothing changes; and all go again', async (_what, login, env) => {
  await using sidecar = await startSidecar();
  await using plex = await startPlex();
  const args = [...login, '--address', sidecar.url];
  const first = await register('plex', plex.url, args, env);
  expect(first.output).toContain('✓ 1 Old <Show> & Co\n');
  expect(first).toEqual({ code: 0, output: expect.stringContaining('All channels are in Plex') });
  expect(plex.devices).toEqual([
    expect.objectContaining({
      uri: sidecar.url,
      ChannelMapping: CHANNELS.map(({ number, id }) => ({
        ...{ deviceIdentifier: number, enabled: '1' },
        lineupIdentifier: `${id}.sidecast`,
        channelKey: `key-${id}.sidecast`,
      })),
    }),
  ]);
  const guide = encodeURIComponent(`${sidecar.url}/guide.xml`);
  expect(plex.dvrs).toMatchObject([{ lineup: `lineup://tv.plex.providers.epg.xmltv/${guide}#Sidecast` }]);

  plex.calls.length = 0;
  expect((await register('plex', plex.url, args, env)).code).toBe(0);
  expect(plex.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);

  expect(await register('plex', plex.url, [...args, '--remove'], env)).toEqual({
    code: 0,
    output: 'The tuner and the guide are taken away.\n',
  });
  expect([plex.devices, plex.dvrs]).toEqual([[], []]);
  expect((await register('plex', plex.url, [...args, '--remove'], env)).output).toBe(
    'Nothing of Sidecast was there.\n',
  );
});

test('a channel that has come since is mapped, and nothing is added twice', async () => {
  await using sidecar = await startSidecar();
  await using plex = await startPlex();
  const args = [...OWNER, '--address', sidecar.url];
  await register('plex', plex.url, args);
  plex.devices[0]!.ChannelMapping!.pop();
  expect((await register('plex', plex.url, args)).code).toBe(0);
  expect(plex.devices.map(({ ChannelMapping }) => ChannelMapping?.length)).toEqual([2]);
  expect(plex.dvrs).toHaveLength(1);
});

test('while there are no channels nothing is added to Plex', async () => {
  await using sidecar = await startSidecarWith(() => []);
  await using plex = await startPlex();
  expect(await register('plex', plex.url, [...OWNER, '--address', sidecar.url])).toEqual({
    code: 1,
    output: expect.stringMatching(/no channels yet; wait until it has looked through.*\(no_channels\)/),
  });
  expect(plex.calls).toEqual([]);
});

test('a DVR whose guide had a revoked address is made anew with the new one, once', async () => {
  const links = new Links('first', () => NOW);
  const trustedNetworks = [parseNetwork('127.0.0.0/8')!];
  const access = { apiKey: undefined, links, revokeLinks: async () => {} };
  await using sidecar = await startSidecar({ access, settings: { trustedNetworks } });
  await using plex = await startPlex();
  const args = [...OWNER, '--address', sidecar.url];
  expect((await register('plex', plex.url, args)).code).toBe(0);
  links.renew('second');
  expect((await register('plex', plex.url, args)).code).toBe(0);
  const guide = encodeURIComponent(`${sidecar.url}/${links.lasting({ kind: 'lists' })}/guide.xml`);
  expect(plex.dvrs.map(({ lineup }) => lineup)).toEqual([`lineup://tv.plex.providers.epg.xmltv/${guide}#Sidecast`]);
  expect(plex.devices).toHaveLength(1);
  plex.calls.length = 0;
  expect((await register('plex', plex.url, args)).code).toBe(0);
  expect(plex.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
});

test('a DVR that has a tuner of others as well stays, without ours', async () => {
  await using sidecar = await startSidecar();
  await using plex = await startPlex({ sharesDvr: true });
  const args = [...OWNER, '--address', sidecar.url];
  await register('plex', plex.url, args);
  expect((await register('plex', plex.url, [...args, '--remove'])).code).toBe(0);
  expect(plex.devices).toEqual([]);
  expect(plex.dvrs.map(({ Device }) => Device.map(({ uuid }) => uuid))).toEqual([['other']]);
});

it.each<[string, StandInOptions, string[], number, RegExp]>([
  ['a wrong token', {}, ['--token', 'wrong'], 1, /does not accept the login.*\(host_unauthorised\)/],
  ['a guest’s token', { isGuest: true }, OWNER, 1, /give one of the server's owner \(host_unauthorised\)/],
  ['no token', {}, [], 2, /say who you are/],
  ['an old server', { version: '1.10.1.4602' }, OWNER, 1, /1\.10\.1\.4602 is too old.*\(host_too_old\)/],
  [
    'one that cannot reach us',
    { cannotReach: true },
    OWNER,
    1,
    /does not find the tuner at http.*--address.*\(own_address_unreachable\)/,
  ],
  ['a scan that does not find all', { withoutChannels: ['2'] }, OWNER, 1, /does not find.*2 Films.*\(timeout\)/],
  ['a guide that it does not read', { cannotReadGuide: true }, OWNER, 1, /did not read the guide.*\(timeout\)/],
  ['a map that it does not take', { cannotMap: true }, OWNER, 1, /✗ 2 Films: not in its guide[^]*Some are missing/],
])('%s is said', async (_what, standIn, login, code, words) => {
  await using sidecar = await startSidecar();
  await using plex = await startPlex(standIn);
  expect(await register('plex', plex.url, [...login, '--address', sidecar.url])).toEqual({
    code,
    output: expect.stringMatching(words),
  });
});

test('nobody at Plex’s address, or something else, or nobody at ours is said', async () => {
  await using sidecar = await startSidecar();
  const nobody = 'http://127.0.0.1:9';
  const ours = [...OWNER, '--address', sidecar.url];
  expect((await register('plex', nobody, ours)).output).toMatch(/Plex does not answer.*\(host_unreachable\)/);
  expect((await register('plex', sidecar.url, ours)).output).toMatch(/is this its address.*\(host_failed\)/);
  await using plex = await startPlex();
  expect((await register('plex', plex.url, [...OWNER, '--address', nobody])).output).toMatch(
    /\(own_address_unreachable\)/,
  );
});
