import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hold } from './wait.mjs';

const run = promisify(execFile);
/** What libhdhomerun itself says of an id; its discovery takes any. */
const CHECKSUM = `
import ctypes, sys
library = ctypes.CDLL('libhdhomerun.so.4')
library.hdhomerun_discover_validate_device_id.restype = ctypes.c_bool
print(library.hdhomerun_discover_validate_device_id(ctypes.c_uint32(int(sys.argv[1], 16))))
`;

/** Silicon Dust's own tool and library. */
export async function* hdHomeRun({ url, channels }) {
  const { DeviceID: id, LineupURL: lineupUrl } = await (await fetch(`${url}/discover.json`)).json();
  const { stdout } = await run('hdhomerun_config', ['discover', '127.0.0.1']);
  hold(stdout.includes(`device ${id} found at 127.0.0.1`), `hdhomerun_config found "${stdout.trim()}", not ${id}`);
  yield `hdhomerun_config finds ${id}`;

  const valid = await run('python3', ['-c', CHECKSUM, id]);
  hold(valid.stdout.trim() === 'True', `libhdhomerun does not take the id ${id}`);
  const wrong = `${id.slice(0, 7)}${id.endsWith('0') ? '1' : '0'}`;
  const invalid = await run('python3', ['-c', CHECKSUM, wrong]);
  hold(invalid.stdout.trim() === 'False', `libhdhomerun takes even ${wrong}`);
  yield `libhdhomerun's checksum takes ${id}, and not ${wrong}`;

  const lines = await (await fetch(lineupUrl)).json();
  hold(lines.length === channels.length, `the line-up has ${lines.length} channels, not ${channels.length}`);
  yield `its line-up has ${lines.length} channels`;
}
