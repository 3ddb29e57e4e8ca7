/**
 * Keeps V8's young generation from growing without need: a scan makes much garbage and keeps little of it, and V8
 * would answer with 130 MB of new space to spare a few collections. There is no flag for it that holds after the start
 * but the factor it grows by.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { Sink } from './sink.ts';

const ENOUGH_BYTES = 24 * 2 ** 20;
const LOOK_EVERY = 16;

export function youngGenerationCap(): Sink {
  let done = 0;
  let isCapped = false;
  return {
    take: ({ type }) => {
      if (isCapped || type !== 'host.done') return;
      done += 1;
      if (done % LOOK_EVERY !== 0) return;
      const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      if ((space?.space_size ?? 0) < ENOUGH_BYTES) return;
      setFlagsFromString('--semi-space-growth-factor=1');
      isCapped = true;
    },
    end: () => Promise.resolve(),
  };
}
