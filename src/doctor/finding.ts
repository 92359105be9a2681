import { AppError, messageOf } from '../shared/errors.ts';

/** What a check found: all well, something wrong and what to do about it, or what could not be tried, and why. */
export type Finding =
  | { readonly kind: 'fine'; readonly words: string }
  | { readonly kind: 'wrong'; readonly words: string; readonly nextStep: string }
  | { readonly kind: 'untried'; readonly words: string };

/** One thing that has to be right. What it throws is wrong as well. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly Finding[]>;
}

export function fine(words: string): Finding {
  return { kind: 'fine', words };
}

export function wrong(words: string, nextStep: string): Finding {
  return { kind: 'wrong', words, nextStep };
}

export function untried(words: string): Finding {
  return { kind: 'untried', words };
}

/** What an error says; messages of ours end with what to do, behind a semicolon. */
export function wrongBy(error: unknown, nextStep = 'run it again with --log-level debug, and see the log'): Finding {
  const [, words, advice] = /^(.*?); (.+)$/s.exec(messageOf(error)) ?? [];
  if (error instanceof AppError && words !== undefined && advice !== undefined) return wrong(words, advice);
  return wrong(messageOf(error), nextStep);
}
