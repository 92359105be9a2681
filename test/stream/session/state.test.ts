import { expect, it, test } from '@jest/globals';
import type { StreamState } from '../../../src/stream/session/state.ts';
import {
  canTransitionTo,
  isStreamState,
  STATE_ACTIVE,
  STATE_FAILED,
  STATE_IDLE,
  STATE_STARTING,
  STATE_STOPPING,
  transition,
} from '../../../src/stream/session/state.ts';

const STATES = [STATE_IDLE, STATE_STARTING, STATE_ACTIVE, STATE_STOPPING, STATE_FAILED];
const ALLOWED: Record<StreamState, StreamState[]> = {
  idle: ['starting'],
  starting: ['active', 'failed', 'stopping'],
  active: ['stopping', 'failed'],
  stopping: ['idle'],
  failed: ['starting', 'idle'],
};

it.each(STATES.flatMap((from) => STATES.map((to) => [from, to, ALLOWED[from].includes(to)] as const)))(
  'from %s to %s: %s',
  (from, to, allowed) => {
    expect(canTransitionTo(from, to)).toBe(allowed);
    if (allowed) expect(transition(from, to)).toBe(to);
    else expect(() => transition(from, to)).toThrow(expect.objectContaining({ code: 'invalid_transition' }));
  },
);

test('the refusal says where a stream can go', () => {
  expect(() => transition('failed', 'active')).toThrow('from failed a stream can go to starting or idle');
});

it.each([
  ['idle', true],
  ['failed', true],
  ['', false],
  ['paused', false],
  ['toString', false],
])('%j is a state: %s', (value, expected) => {
  expect(isStreamState(value)).toBe(expected);
});
