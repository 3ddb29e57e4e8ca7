/** A front end as the command line sees it: it is fed events and says when it has taken them in. */
import type { RunEvent } from '../core/event.ts';

export interface Sink {
  /** May push back by taking its time; the run then starts no new hosts. */
  take(event: RunEvent): Promise<void> | void;
  /** The last event has been taken: write what is left. */
  end(): Promise<void>;
}

/** Feeds every event to every sink, in order. */
export async function broadcast(
  events: AsyncIterable<RunEvent>,
  sinks: readonly Sink[],
): Promise<void> {
  for await (const event of events) {
    for (const sink of sinks) {
      const slow = sink.take(event);
      if (slow !== undefined) await slow;
    }
  }
  for (const sink of sinks) await sink.end();
}
