import { expect, it, test } from '@jest/globals';
import { fetchedPicture } from '../../src/artwork/fetched-picture.ts';
import { isPlaceForPictures } from '../../src/artwork/picture-place.ts';
import { type Answer, servePictures } from '../support/picture-server.ts';

const LIMITS = { mostBytes: 1000, limitMs: 10_000 };
const PNG = { 'content-type': 'image/png' };
const picture: Answer = { headers: PNG, body: 'a picture' };
const to = (location: string): Answer => ({ status: 302, headers: { location } });

it.each([
  ...['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::', '169.254.169.254', 'fe80::1', '::ffff:127.0.0.1'],
  ...['::ffff:a9fe:a9fe', '2130706433', '0x7f.1', 'fd00:ec2::254', '100.100.100.200', '224.0.0.1', '255.255.255.255'],
])('no picture is taken from %s', (address) => {
  expect(isPlaceForPictures(address)).toBe(false);
});

it.each(['192.168.1.5', '10.0.0.2', '172.18.0.3', 'fd12:3456::7', '93.184.216.34', '2606:2800:220:1::1'])(
  'pictures of the home and of the world are taken: %s',
  (address) => {
    expect(isPlaceForPictures(address)).toBe(true);
  },
);

test('the media server’s own pictures are taken from this machine too, also where it leads on', async () => {
  await using server = await servePictures({ '/a': to('/b'), '/b': to('c.png'), '/c.png': picture });
  const options = { ...LIMITS, ownServers: [server.host] };
  expect(String(await fetchedPicture(`${server.url}/a`, options))).toBe('a picture');
});

it.each<[string, Answer, RegExp]>([
  ['what is called no picture', { headers: { 'content-type': 'text/html' }, body: 'x' }, /does not call it a picture/],
  ['what has no type', { body: 'x' }, /does not call it a picture/],
  ['what is not there', { status: 404 }, /answers 404/],
  ['what is too large', { headers: PNG, body: 'x'.repeat(1001) }, /too large/],
  ['what leads to a file', to('file:///etc/passwd'), /only http and https/],
  ['what leads to the secrets of a cloud', to('http://169.254.169.254/latest/meta-data'), /this machine itself/],
  ['what leads round in circles', to('/asked'), /on and on/],
  ['what leads nowhere', to('http://['), /Invalid URL/],
])('%s is not taken', async (_what, answer, words) => {
  await using server = await servePictures({ '/asked': answer });
  const options = { ...LIMITS, ownServers: [server.host] };
  await expect(fetchedPicture(`${server.url}/asked`, options)).rejects.toThrow(words);
});

it.each(['127.0.0.1', '[::ffff:127.0.0.1]', '0x7f000001', 'localhost'])(
  'another server of this machine is not even asked, by the name %s',
  async (name) => {
    await using server = await servePictures({ '/secret': picture });
    const asked = fetchedPicture(`http://${name}:${server.port}/secret`, { ...LIMITS, ownServers: ['127.0.0.1:1'] });
    await expect(asked).rejects.toThrow(/this machine itself/);
    expect(server.asked).toEqual([]);
  },
);

test('the media server cannot lead to another one of this machine', async () => {
  await using other = await servePictures({ '/secret': picture });
  await using server = await servePictures({ '/asked': to(`${other.url}/secret`) });
  const asked = fetchedPicture(`${server.url}/asked`, { ...LIMITS, ownServers: [server.host] });
  await expect(asked).rejects.toThrow(/this machine itself/);
  expect(other.asked).toEqual([]);
});
