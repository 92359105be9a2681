// Changes all channels between two states, each time in one edit, until it is killed: one dot for each edit.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [built, file] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(built, name)).href);
const { openCatalog } = await load('catalog/catalog.js');
const { Planner } = await load('catalog/planner.js');
const { programming } = await load('schedule/programming/programming.js');
const { systemClock } = await load('shared/clock.js');
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const DAY_MS = 86_400_000;

const clock = systemClock();
const catalog = await openCatalog(file, { logger, now: () => clock.now() });
const span = { horizonMs: DAY_MS, leastMs: DAY_MS, keepMs: DAY_MS };
const planner = new Planner({ catalog, clock, timeZone: 'UTC', span });
const STATES = {
  films: { kind: 'scheduled', default: { content: [{ kind: 'films' }] } },
  show: { kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Show' }] } },
};

for (let edit = 0; ; edit++) {
  const name = edit % 2 === 0 ? 'show' : 'films';
  const change = (channels) => ({
    channels: channels.map((channel, index) => ({
      ...channel,
      name: `${name} ${index}`,
      number: channels.at(-1 - index).number,
      programming: programming.parse(STATES[name]),
    })),
  });
  await planner.edit(change, { cutNow: 'channel 0' });
  process.stdout.write('.');
}
