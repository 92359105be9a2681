import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { end, start } from '../bench/cleanup.mjs';
import { hold, until } from './wait.mjs';

/** Kodi's JSON-RPC for programs of the same machine. */
const RPC_PORT = 9090;
const DISPLAY = ':99';

/** Kodi with its IPTV client, on a screen that nobody sees. */
export async function* kodi({ url, folder, channels, viewersOf }) {
  const home = path.join(folder, 'kodi');
  await configure(home, url);
  const screen = start('Xvfb', [DISPLAY, '-screen', '0', '640x360x24', '-nolisten', 'tcp']);
  const child = start('kodi', ['--standalone', '--audio-backend=null'], {
    // Kodi may crash as it ends, and leaves its memory where it was started.
    cwd: home,
    env: { ...process.env, HOME: home, KODI_DATA: path.join(home, '.kodi'), DISPLAY, LIBGL_ALWAYS_SOFTWARE: '1' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  try {
    const rpc = await until('Kodi answers', async () => {
      if (child.exitCode !== null) throw new Error(`Kodi ended with ${child.exitCode}: ${said.slice(-500)}`);
      return Rpc.open().catch(() => undefined);
    });
    await rpc.call('Addons.SetAddonEnabled', { addonid: 'pvr.iptvsimple', enabled: true });
    const found = await until('Kodi has all channels', async () => {
      const answer = await rpc.call('PVR.GetChannels', { channelgroupid: 'alltv', properties: ['channelnumber'] });
      return answer?.channels?.length === channels.length && answer.channels;
    });
    const names = found.map(({ channelnumber: number, label }) => `${number} ${label.replace('\u00a0', ' ')}`);
    yield `has the channels ${names.join(', ')}`;

    for (const { channelid, label } of found) {
      const broadcasts = await until(`Kodi has the guide of ${label}`, async () => {
        const answer = await rpc.call('PVR.GetBroadcasts', {
          channelid,
          properties: ['title', 'starttime', 'endtime'],
        });
        return answer?.broadcasts?.length > 0 && answer.broadcasts;
      });
      const now = Date.now();
      const isOn = ({ starttime, endtime }) => Date.parse(`${starttime}Z`) <= now && now < Date.parse(`${endtime}Z`);
      hold(broadcasts.some(isOn), `Kodi knows nothing that is on now on ${label}`);
      yield `has ${broadcasts.length} broadcasts on ${label}`;
    }

    await rpc.call('Player.Open', { item: { channelid: found[0].channelid } });
    const time = await until('the channel plays', async () => {
      const [player] = (await rpc.call('Player.GetActivePlayers', {})) ?? [];
      if (player === undefined) return undefined;
      const { speed, videostreams } = await rpc.call('Player.GetProperties', {
        ...{ playerid: player.playerid, properties: ['speed', 'videostreams'] },
      });
      return speed === 1 && videostreams?.[0];
    });
    await until('Kodi watches', async () => (await viewersOf(channels[0])) === 1);
    yield `plays ${found[0].label}: ${time.codec}, ${time.width} × ${time.height}`;
    await rpc.call('Application.Quit', {});
  } finally {
    await end(child);
    await end(screen);
  }
}

async function configure(home, url) {
  const userdata = path.join(home, '.kodi/userdata');
  const addon = path.join(userdata, 'addon_data/pvr.iptvsimple');
  await mkdir(addon, { recursive: true });
  const settings = { m3uPathType: 1, m3uUrl: `${url}/channels.m3u`, epgPathType: 1, epgUrl: `${url}/guide.xml` };
  const lines = Object.entries(settings).map(([id, value]) => `  <setting id="${id}">${value}</setting>`);
  await writeFile(path.join(addon, 'settings.xml'), `<settings version="2">\n${lines.join('\n')}\n</settings>\n`);
  // Only for programs of this machine; and no question about sounds of the skin.
  await writeFile(
    path.join(userdata, 'guisettings.xml'),
    `<settings version="2">
  <setting id="services.esenabled">true</setting>
  <setting id="services.esallinterfaces">false</setting>
  <setting id="general.addonupdates">2</setting>
</settings>
`,
  );
}

/** JSON-RPC over TCP: answers come as JSON without a mark between them, notifications among them. */
class Rpc {
  #socket;
  #text = '';
  #id = 0;
  #waiting = new Map();

  static async open() {
    const rpc = new Rpc();
    rpc.#socket = connect(RPC_PORT, '127.0.0.1');
    await new Promise((resolve, reject) => {
      rpc.#socket.once('connect', resolve);
      rpc.#socket.once('error', reject);
    });
    rpc.#socket.on('error', () => {});
    rpc.#socket.on('data', (data) => rpc.#read(String(data)));
    return rpc;
  }

  /** Undefined where Kodi refuses: it is not that far yet. */
  call(method, params) {
    const id = ++this.#id;
    const answered = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#socket.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return answered;
  }

  #read(data) {
    this.#text += data;
    for (let length = this.#endOfFirst(); length > 0; length = this.#endOfFirst()) {
      const { id, result } = JSON.parse(this.#text.slice(0, length));
      this.#text = this.#text.slice(length);
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    }
  }

  /** Where the first object ends, 0 while it is not there whole. */
  #endOfFirst() {
    let depth = 0;
    let isText = false;
    for (let index = 0; index < this.#text.length; index++) {
      const sign = this.#text[index];
      if (isText && sign === '\\') index++;
      else if (sign === '"') isText = !isText;
      else if (!isText && sign === '{') depth++;
      else if (!isText && sign === '}' && --depth === 0) return index + 1;
    }
    return 0;
  }
}
