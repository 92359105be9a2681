import { pino } from 'pino';
import pretty from 'pino-pretty';

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
export function createLogger(level: LogLevel): Logger {
  if (!process.stderr.isTTY) return pino({ level, base: null }, pino.destination(2));
  return pino(
    { level, base: null },
    pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' }),
  );
}

/** Keeps nothing; for code that is used as a library. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
