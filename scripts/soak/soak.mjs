#!/usr/bin/env node
// Keeps the built sidecar on air for long, hurts it on purpose, and holds what is seen against its bounds.
import { parseArgs } from 'node:util';
import { watchOthers } from '../bench/beside.mjs';
import { cleanUp, makeTempFolder } from '../bench/cleanup.mjs';
import { renderPart } from '../bench/render.mjs';
import { say } from '../bench/say.mjs';
import { soakCycles } from './cycles.mjs';
import { soakHammer } from './hammer.mjs';
import { soakHeap } from './heap.mjs';
import { soakJoins } from './joins.mjs';
import { soakOverload } from './overload.mjs';
import { soakUnplugged } from './unplugged.mjs';

/** What each part does, and how much of it there is where nothing else is said. */
const PARTS = {
  joins: { run: soakJoins, amount: 100, what: 'joins, with a kill -9 before every tenth' },
  overload: { run: soakOverload, amount: 180, what: 'seconds with more channels asked for than can be encoded' },
  cycles: { run: soakCycles, amount: 1000, what: 'tune-ins of two at once and tune-outs, from reels' },
  unplugged: {
    run: soakUnplugged,
    amount: 12,
    what: 'minutes at most, until viewers whose packets are dropped are gone',
  },
  hammer: {
    run: soakHammer,
    amount: 60,
    what: 'seconds for either journal, a library synced whose server writes all the time; then 200 syncs of one without locks',
  },
  heap: { run: soakHeap, amount: 20, what: 'minutes on air from reels, the heap watched' },
};

const USAGE = `npm run soak -- [part …] [--amount N]

${Object.entries(PARTS)
  .map(([name, { amount, what }]) => `  ${name.padEnd(10)}${what} (${amount})`)
  .join('\n')}

Without a part, all of them. Exit code 0: all within their bounds; 1: some are over; 2: it could not be run.
`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { amount: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
  if (values.help || unknown.length > 0) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  let isOk = true;
  for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
    const { run, amount } = PARTS[name];
    say(`\n${name} …\n`);
    const folder = await makeTempFolder('sidecast-soak-');
    const beside = await watchOthers();
    const result = await run({ folder, amount: Number(values.amount ?? amount) });
    say(renderPart({ ...result, beside: await beside.stop() }));
    isOk &&= result.criteria.every((criterion) => criterion.isOk);
  }
  return isOk ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
} finally {
  await cleanUp();
}
