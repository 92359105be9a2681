import { numberOf } from '../../schedule/programming/chance.ts';
import type { Programming } from '../../schedule/programming/programming.ts';
import type { Channel } from './channel.ts';

/**
 * Programming with a seed. Where it says none, that of the channel as it was goes on, if a person made that; else it
 * follows from the id: no two channels have the same shuffle.
 */
export function withSeed(programming: Programming, id: string, was?: Channel): Programming {
  if (programming.kind === 'delay' || programming.seed !== undefined) return programming;
  const kept = was?.origin.kind === 'made' && was.programming.kind === 'scheduled' ? was.programming.seed : undefined;
  return { ...programming, seed: kept ?? numberOf(id) };
}
