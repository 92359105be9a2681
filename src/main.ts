#!/usr/bin/env node
// First of all that is ours: it says how memory is taken.
import { giveMemoryBack } from './memory.ts';
import { networkInterfaces } from 'node:os';
import type { Judge } from './cli/verify.ts';
import { exitCodeOf } from './cli/exit-codes.ts';
import { lanAddress } from './cli/lan-address.ts';
import { renderError } from './cli/report-error.ts';
import { run } from './cli/run.ts';
import { systemClock } from './shared/clock.ts';
import { createLogger } from './shared/logger.ts';

/** The signals that stop the process, and its exit code when one comes a second time. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

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
