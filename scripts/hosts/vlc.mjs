import { end, start } from '../bench/cleanup.mjs';
import { hold, until } from './wait.mjs';

/** VLC refuses to run as root: then it is nobody. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** VLC on the channel list, without a picture or sound for anybody. */
export async function* vlc({ url, channels, viewersOf }) {
  const args = ['-I', 'dummy', '--vout', 'vdummy', '--aout', 'adummy', '--no-color', '-vv', `${url}/channels.m3u`];
  const child = start('cvlc', args, { env: { PATH: process.env.PATH, HOME: '/nonexistent' }, ...NOBODY });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  try {
    const [first] = channels;
    await until('VLC watches the first channel', async () => {
      if (child.exitCode !== null) throw new Error(`VLC ended: ${said.slice(-500)}`);
      return (await viewersOf(first)) > 0;
    });
    await until('VLC shows pictures', () => said.includes('Received first picture'));
    yield `plays ${first.name} from the channel list`;
    const faults = said.split('\n').filter((line) => /discontinuity received|corrupt|error while decoding/i.test(line));
    hold(faults.length === 0, `VLC complains ${faults.length} times: ${faults[0]}`);
  } finally {
    await end(child);
  }
}
