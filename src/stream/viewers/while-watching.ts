/** Counts the viewer out exactly once: when it is no longer read, or its connection has gone before it was. */
export function whileWatching(
  segments: AsyncGenerator<Uint8Array, void, undefined>,
  signal: AbortSignal,
  leave: () => void,
): AsyncIterable<Uint8Array> {
  let hasLeft = false;
  const leaveOnce = (): void => {
    signal.removeEventListener('abort', leaveOnce);
    if (!hasLeft) leave();
    hasLeft = true;
  };
  signal.addEventListener('abort', leaveOnce);
  if (signal.aborted) leaveOnce();
  return (async function* () {
    try {
      yield* segments;
    } finally {
      leaveOnce();
    }
  })();
}
