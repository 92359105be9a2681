#!/usr/bin/env node
import { networkInterfaces } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Judge } from './cli/verify.ts';
import { exitCodeOf } from './cli/exit-codes.ts';
import { lanAddress } from './cli/lan-address.ts';
import { renderError } from './cli/report-error.ts';
import { run } from './cli/run.ts';
import { systemClock } from './shared/clock.ts';
import { createLogger } from './shared/logger.ts';

/** The signals that stop the process, and its exit code when one comes a second time. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

// What is allocated here lives briefly or for ever, and segments are outside this heap: a large nursery only costs memory.
// Its largest size is fixed when V8 starts; that it does not grow can still be said.
setFlagsFromString('--semi-space-growth-factor=1');
// What a sync leaves behind is given back soon: V8 alone would let the heap double first.
setFlagsFromString('--heap-growing-percent=50');
// A context that is made after the flag was set has the collector by name.
setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');
/** By then whatever ended has let go of its buffers. */
const LET_GO_MS = 1000;

/** A process that does nothing allocates nothing, so V8 alone would keep until the next viewer what the last one needed. */
function giveMemoryBack(): void {
  if (isAction(collectGarbage)) setTimeout(collectGarbage, LET_GO_MS).unref();
}

function isAction(value: unknown): value is () => void {
  return typeof value === 'function';
}

const stopping = new AbortController();

for (const [name, code] of Object.entries(SIGNALS)) {
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(code);
    stopping.abort();
  });
}

process.on('uncaughtException', (error) => {
  process.stderr.write(renderError(error, { debug: process.env['SIDECAST_LOG_LEVEL'] === 'debug' }));
  process.exit(exitCodeOf(error));
});

// Whoever reads the output may go away; the channels stay on air.
process.stdout.on('error', () => {});

// Loaded when needed: `--help` and mistakes are told at once.
const judge: Judge = async (source, options) => {
  const { renderReport, verify } = await import('./verify/verify.ts');
  const report = await verify(source, options);
  return { text: renderReport(report), faults: report.faults.length };
};

process.exit(
  await run(process.argv.slice(2), {
    env: process.env,
    print: (text) => process.stdout.write(text),
    printError: (text) => process.stderr.write(text),
    signal: stopping.signal,
    clock: systemClock(),
    lanAddress: () => lanAddress(networkInterfaces()),
    createLogger,
    createSidecar: async (options) =>
      (await import('./sidecar.ts')).createSidecar({ ...options, onIdle: giveMemoryBack }),
    judge,
    isTerminal: process.stderr.isTTY,
    openDoctor: async (options) => (await import('./wiring/doctor.ts')).openDoctor(options),
    ownKey: async (settings) => (await import('./wiring/access.ts')).ownKey(settings),
    openChannelDesk: async (settings, logger) =>
      (await import('./wiring/channel-desk.ts')).openChannelDesk(settings, logger),
    openLibraryDesk: async (settings, logger) =>
      (await import('./wiring/library-desk.ts')).openLibraryDesk(settings, logger),
  }),
);
