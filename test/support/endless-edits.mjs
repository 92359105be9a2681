// Changes all channels between two states, each time in one edit, until it is killed: one dot for each edit.
import { openCatalog } from '../../src/catalog/catalog.ts';
import { Planner } from '../../src/catalog/planning/planner.ts';
import { planningHere } from '../../src/catalog/planning/planning-here.ts';
import { programming } from '../../src/schedule/programming/programming.ts';
import { systemClock } from '../../src/shared/clock.ts';

const [file] = process.argv.slice(2);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const DAY_MS = 86_400_000;

const clock = systemClock();
const catalog = await openCatalog(file, { logger, now: () => clock.now() });
const span = { horizonMs: DAY_MS, leastMs: DAY_MS, keepMs: DAY_MS };
const planner = new Planner({ catalog, withPlanning: planningHere(catalog), clock, timeZone: 'UTC', span });
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
