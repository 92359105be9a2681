import type { DestinationStream } from 'pino';

/** What the rest of the code needs of a logger: facts first, then a sentence. */
export interface Logger {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger to standard error: readable lines on a terminal, JSON where the output is collected. */
export async function createLogger(level: LogLevel): Promise<Logger> {
  // Loaded only where somebody writes: processes that help do not.
  const { default: pino } = await import('pino');
  const logger: Logger = pino({ level, base: null }, process.stderr.isTTY ? await terminal() : pino.destination(2));
  return logger;
}

async function terminal(): Promise<DestinationStream> {
  // Loaded only where somebody looks.
  const { default: pretty } = await import('pino-pretty');
  return pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' });
}

/** Keeps nothing; for code that is used as a library. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
