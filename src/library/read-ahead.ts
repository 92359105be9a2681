/**
 * Pages that are told one by one where the next begins, so many of them read ahead of the one that is worked on. Whoever
 * stops early waits for those that are being read.
 */
export async function* readAhead<P extends { readonly next: string | undefined }>(
  read: (after: string | undefined) => Promise<P>,
  pagesAhead: number,
): AsyncGenerator<P> {
  let isWanted = true;
  const pageAfter = async (before: Promise<P | undefined>): Promise<P | undefined> => {
    const next = (await before)?.next;
    return next === undefined || !isWanted ? undefined : read(next);
  };
  let last: Promise<P | undefined> = read(undefined);
  // Whoever reads on is told.
  last.catch(() => {});
  const coming = [last];
  try {
    for (;;) {
      // The next ones are read while somebody works on this one.
      while (coming.length <= pagesAhead) {
        last = pageAfter(last);
        last.catch(() => {});
        coming.push(last);
      }
      const page = await coming.shift();
      if (page === undefined) return;
      yield page;
    }
  } finally {
    isWanted = false;
    await Promise.allSettled(coming);
  }
}
