import { expect, it, test } from '@jest/globals';
import { Links } from '../../src/access/links.ts';
import { CHANNELS, FILMS, LISTING, NOW, startSidecar } from '../http/sidecar.ts';
import { register, startSidecarWith } from './register.ts';
import { KEY, startJellyfin, type StandInOptions, USER } from './stand-in-jellyfin.ts';

const GENERATIONS = ['10.10.7', '10.11.11', '12.0.0-rc5'];
const LOGINS: readonly [string, string[], Record<string, string>][] = [
  ['a key', ['--api-key', KEY], {}],
  ['a key of the environment', [], { JELLYFIN_API_KEY: KEY }],
  ['a name and a password', ['--user', USER.name], { JELLYFIN_PASSWORD: USER.password }],
];

it.each(GENERATIONS.flatMap((version) => LOGINS.map((login) => [version, ...login] as const)))(
  'Jellyfin %s gets tuner and guide by %s; again nothing changes; and both go again',
  async (version, _what, login, env) => {
    await using sidecar = await startSidecar();
    await using jellyfin = await startJellyfin({ version, starting: ['Degraded', 'Jellyfin Server is loading...'] });
    const args = [...login, '--address', sidecar.url];
    const first = await register('jellyfin', jellyfin.url, args, env);
    expect(first.output).toContain('✓ 1 Old <Show> & Co\n');
    expect(first).toEqual({ code: 0, output: expect.stringContaining('All channels are in Jellyfin') });
    expect(jellyfin.tuners).toEqual([{ Id: 't0', Url: `${sidecar.url}/channels.m3u` }]);
    expect(jellyfin.guides).toEqual([{ Id: 'g0', Path: `${sidecar.url}/guide.xml` }]);

    jellyfin.calls.length = 0;
    expect((await register('jellyfin', jellyfin.url, args, env)).code).toBe(0);
    expect(jellyfin.calls.filter((call) => !/^GET |Authenticate/.test(call))).toEqual([]);

    expect(await register('jellyfin', jellyfin.url, [...args, '--remove'], env)).toEqual({
      code: 0,
      output: 'The tuner and the guide are taken away.\n',
    });
    expect([jellyfin.tuners, jellyfin.guides, [...jellyfin.channels]]).toEqual([[], [], []]);
    expect((await register('jellyfin', jellyfin.url, [...args, '--remove'], env)).output).toBe(
      'Nothing of Sidecast was there.\n',
    );
  },
);

it.each(GENERATIONS)(
  'Jellyfin %s gets the new addresses in place of those that were revoked, and keeps its settings',
  async (version) => {
    const links = new Links('first', () => NOW);
    await using sidecar = await startSidecar({ access: { apiKey: undefined, links, revokeLinks: async () => {} } });
    await using jellyfin = await startJellyfin({ version });
    const args = ['--api-key', KEY, '--address', sidecar.url];
    await register('jellyfin', jellyfin.url, args);
    // What a person has set there, an entry that was added before the last revocation, and one of somebody else.
    jellyfin.tuners[0]!.TunerCount = 3;
    jellyfin.guides[0]!.MovieCategories = ['film'];
    const left = { Url: `${sidecar.url}/~left/channels.m3u`, Path: `${sidecar.url}/~left/guide.xml` };
    const others = { Url: 'http://other/channels.m3u', Path: 'http://other/guide.xml' };
    jellyfin.tuners.push({ Id: 'left', Url: left.Url }, { Id: 'other', Url: others.Url });
    jellyfin.guides.push({ Id: 'left', Path: left.Path }, { Id: 'other', Path: others.Path });
    links.renew('second');
    expect((await register('jellyfin', jellyfin.url, args)).code).toBe(0);
    const lists = `${sidecar.url}/${links.lasting({ kind: 'lists' })}`;
    expect(jellyfin.tuners).toEqual([
      { Id: 't0', Url: `${lists}/channels.m3u`, TunerCount: 3 },
      { Id: 'other', Url: others.Url },
    ]);
    expect(jellyfin.guides).toEqual([
      { Id: 'other', Path: others.Path },
      { Id: 'g1', Path: `${lists}/guide.xml`, MovieCategories: ['film'] },
    ]);
    jellyfin.calls.length = 0;
    expect((await register('jellyfin', jellyfin.url, args)).code).toBe(0);
    expect(jellyfin.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
  },
);

it.each(GENERATIONS)(
  'Jellyfin %s gets a channel that has come since, within the hour for which it keeps a guide',
  async (version) => {
    let channels = CHANNELS.slice(0, 1);
    await using sidecar = await startSidecarWith(() => channels);
    await using jellyfin = await startJellyfin({ version });
    const args = ['--api-key', KEY, '--address', sidecar.url];
    expect((await register('jellyfin', jellyfin.url, args)).code).toBe(0);
    jellyfin.guides[0]!.MovieCategories = ['film'];
    channels = [...CHANNELS];
    const second = await register('jellyfin', jellyfin.url, args);
    expect(second).toEqual({ code: 0, output: expect.stringMatching(/✗ 2 Films: not there\n[^]*✓ 2 Films\n/) });
    expect(jellyfin.tuners).toEqual([{ Id: 't0', Url: `${sidecar.url}/channels.m3u` }]);
    expect(jellyfin.guides).toEqual([{ Id: 'g1', Path: `${sidecar.url}/guide.xml`, MovieCategories: ['film'] }]);
  },
);

test('a Jellyfin that has read the list since, but not the guide, gets the programmes', async () => {
  let channels = CHANNELS.slice(0, 1);
  await using sidecar = await startSidecarWith(() => channels);
  await using jellyfin = await startJellyfin({ version: '10.11.11' });
  const args = ['--api-key', KEY, '--address', sidecar.url];
  await register('jellyfin', jellyfin.url, args);
  channels = [...CHANNELS];
  // Somebody took the tuner away by hand: only that is added, and the guide is an old one.
  jellyfin.tuners.length = 0;
  expect(await register('jellyfin', jellyfin.url, args)).toEqual({
    code: 0,
    output: expect.stringMatching(/✗ 2 Films: no programmes\n[^]*✓ 2 Films\n/),
  });
});

it.each(GENERATIONS)('Jellyfin %s is told of a channel without programmes that it is off air', async (version) => {
  const programmes: typeof LISTING.programmes = async (id, from, to) =>
    id === FILMS ? [] : LISTING.programmes(id, from, to);
  await using sidecar = await startSidecarWith(() => CHANNELS, { ...LISTING, programmes });
  await using jellyfin = await startJellyfin({ version });
  const args = ['--api-key', KEY, '--address', sidecar.url];
  for (const already of ['added', 'there already']) {
    jellyfin.calls.length = 0;
    const { code, output } = await register('jellyfin', jellyfin.url, args);
    expect([code, output]).toEqual([0, expect.stringMatching(new RegExp(`${already}[^]*✓ 2 Films\n`))]);
    const changes = jellyfin.calls.filter((call) => !call.startsWith('GET '));
    expect(changes).toHaveLength(already === 'added' ? 2 : 0);
  }
});

test('while there are no channels nothing is added to Jellyfin', async () => {
  await using sidecar = await startSidecarWith(() => []);
  await using jellyfin = await startJellyfin({ version: '12.0.0' });
  expect(await register('jellyfin', jellyfin.url, ['--api-key', KEY, '--address', sidecar.url])).toEqual({
    code: 1,
    output: expect.stringMatching(/no channels yet; wait until it has looked through.*\(no_channels\)/),
  });
  expect(jellyfin.calls).toEqual([]);
});

it.each<[string, StandInOptions, string[], number, RegExp]>([
  ['a wrong key', { version: '12.0.0' }, ['--api-key', 'wrong'], 1, /does not accept the login.*\(host_unauthorised\)/],
  [
    'a wrong password',
    { version: '10.10.7' },
    ['--user', 'admin'],
    1,
    /does not accept the login.*\(host_unauthorised\)/,
  ],
  ['no login', { version: '12.0.0' }, [], 2, /say who you are/],
  ['an old server', { version: '10.7.7' }, ['--api-key', KEY], 1, /10\.7\.7 is too old.*\(host_too_old\)/],
  [
    'one that never starts',
    { version: '12.0.0', starting: Array(200).fill('Degraded') },
    ['--api-key', KEY],
    1,
    /does not become healthy/,
  ],
  [
    'one that cannot reach us',
    { version: '12.0.0', cannotReach: true },
    ['--api-key', KEY],
    1,
    /cannot read http.*--address.*\(own_address_unreachable\)/,
  ],
  [
    'a login that may not look at Live TV',
    { version: '10.11.11', forbids: 'everything' },
    ['--api-key', KEY],
    1,
    /does not accept the login.*403.*\(host_unauthorised\)/,
  ],
  [
    'a login that may not change Live TV',
    { version: '12.0.0', forbids: 'changes' },
    ['--api-key', KEY],
    1,
    /may not change Live TV; give an administrator.*\(host_unauthorised\)/,
  ],
  [
    'a refresh that does not end',
    { version: '10.10.7', neverRefreshes: true },
    ['--api-key', KEY],
    1,
    /did not read the guide within ten minutes.*\(timeout\)/,
  ],
  [
    'a refresh that fails',
    { version: '12.0.0', refreshEndsWith: 'Failed' },
    ['--api-key', KEY],
    1,
    /ended with "Failed"/,
  ],
  [
    'a channel without programmes',
    { version: '12.0.0', withoutProgrammes: ['c2'] },
    ['--api-key', KEY],
    1,
    /✗ 2 Films: no programmes/,
  ],
])('%s is said', async (_what, standIn, login, code, words) => {
  await using sidecar = await startSidecar();
  await using jellyfin = await startJellyfin(standIn);
  expect(await register('jellyfin', jellyfin.url, [...login, '--address', sidecar.url])).toEqual({
    code,
    output: expect.stringMatching(words),
  });
});

test('nobody at Jellyfin’s address, or at ours, is said', async () => {
  await using sidecar = await startSidecar();
  const key = ['--api-key', KEY];
  const nobody = 'http://127.0.0.1:9';
  expect((await register('jellyfin', nobody, [...key, '--address', sidecar.url])).output).toMatch(
    /Jellyfin does not answer.*\(host_unreachable\)/,
  );
  await using jellyfin = await startJellyfin({ version: '12.0.0' });
  expect((await register('jellyfin', jellyfin.url, [...key, '--address', nobody])).output).toMatch(
    /\(own_address_unreachable\)/,
  );
  expect((await register('jellyfin', jellyfin.url, [...key, '--address', 'nas'])).code).toBe(2);
});
