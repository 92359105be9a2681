#!/usr/bin/env node
// Measures the built sidecar from outside, side by side with bare ffmpeg, and holds the figures against their bounds.
import { watchOthers } from './beside.mjs';
import { measureChannels } from './channels.mjs';
import { measureCold } from './cold.mjs';
import { measureCPU } from './cpu.mjs';
import { cleanUp, makeTempFolder } from './cleanup.mjs';
import { prepareFilms } from './films.mjs';
import { measureGuide } from './guide.mjs';
import { measureIdle } from './idle.mjs';
import { measureLibrary } from './library.mjs';
import { measureFullSpeed, measureHLSViewers, measureTSViewers } from './load.mjs';
import { parseOptions, USAGE } from './options.mjs';
import { say, setQuiet } from './say.mjs';
import { measurePlanning } from './planning.mjs';
import { measureReels } from './reels.mjs';
import { renderPart } from './render.mjs';
import { measureSplice } from './splice.mjs';

const PARTS = {
  cold: measureCold,
  reels: measureReels,
  cpu: measureCPU,
  idle: measureIdle,
  splice: measureSplice,
  'full-speed': measureFullSpeed,
  'hls-viewers': measureHLSViewers,
  'ts-viewers': measureTSViewers,
  channels: measureChannels,
  library: measureLibrary,
  guide: measureGuide,
  planning: measurePlanning,
};

/** Runs the parts that are asked for; 0 when all figures are within their bounds. */
async function main() {
  const options = parseOptions(process.argv.slice(2), Object.keys(PARTS));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  setQuiet(options.json);
  const bench = {
    rounds: options.rounds,
    films: await prepareFilms(),
    folder: await makeTempFolder('sidecast-bench-'),
  };
  const parts = [];
  for (const name of options.only) {
    say(`\n${name} …\n`);
    const beside = await watchOthers();
    const part = { name, ...(await PARTS[name](bench)), beside: await beside.stop() };
    parts.push(part);
    say(renderPart(part));
  }
  if (options.json) process.stdout.write(`${JSON.stringify(parts, null, 2)}\n`);
  const over = parts.flatMap(({ criteria }) => criteria).filter(({ isOk }) => !isOk);
  say(over.length === 0 ? '\nAll within their bounds.\n' : `\n${over.length} over their bounds.\n`);
  return over.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
} finally {
  await cleanUp();
}
