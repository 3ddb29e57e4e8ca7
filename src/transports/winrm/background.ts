/** Work that outlives its host's result: shells being deleted while others are already being looked at. */

const working = new Set<Promise<unknown>>();

/** Lets the work end by itself. Its failure is nobody's news: a shell that could not be deleted ends by idling. */
export function inBackground(work: Promise<unknown>): Promise<unknown> {
  const quiet = Promise.allSettled([work]).finally(() => working.delete(quiet));
  working.add(quiet);
  return quiet;
}

/** Resolves when no shell is being deleted any more, which takes seconds at most: to be awaited before the process ends. */
export async function backgroundDone(): Promise<void> {
  while (working.size > 0) await Promise.all(working);
}
