import { AppError } from '../../shared/errors.ts';

export const STATE_IDLE = 'idle' as const;
export const STATE_STARTING = 'starting' as const;
export const STATE_ACTIVE = 'active' as const;
export const STATE_STOPPING = 'stopping' as const;
export const STATE_FAILED = 'failed' as const;

const TRANSITIONS = {
  /** No active stream. */
  [STATE_IDLE]: [STATE_STARTING],
  /** Getting the first segment listed. */
  [STATE_STARTING]: [STATE_ACTIVE, STATE_FAILED, STATE_STOPPING],
  /** On air. */
  [STATE_ACTIVE]: [STATE_STOPPING, STATE_FAILED],
  /** Shutting down in order. */
  [STATE_STOPPING]: [STATE_IDLE],
  /** Nothing can be published; to be tried again or given up. */
  [STATE_FAILED]: [STATE_STARTING, STATE_IDLE],
} as const;

/** Where a stream is in its life. */
export type StreamState = keyof typeof TRANSITIONS;

export const STREAM_STATES = [STATE_IDLE, STATE_STARTING, STATE_ACTIVE, STATE_STOPPING, STATE_FAILED] as const;

export function isStreamState(value: string): value is StreamState {
  return Object.hasOwn(TRANSITIONS, value);
}

/** Whether a stream may go from one state straight to the other. */
export function canTransitionTo(from: StreamState, to: StreamState): boolean {
  return nextStates(from).includes(to);
}

/** The new state, or `invalid_transition`. */
export function transition(from: StreamState, to: StreamState): StreamState {
  if (canTransitionTo(from, to)) return to;
  throw new AppError(
    'invalid_transition',
    `invalid transition from ${from} to ${to}; from ${from} a stream can go to ${nextStates(from).join(' or ')}`,
  );
}

function nextStates(from: StreamState): readonly StreamState[] {
  return TRANSITIONS[from];
}
