/**
 * Keeps V8 from taking memory it does not need: a scan makes much garbage and keeps little of it, and V8 would answer
 * with 130 MB of new space, and with an old space of several times what lives in it, to spare a few collections. There
 * are no limits that hold after the start but the factors by which both grow; V8 reads them at each collection.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { Sink } from './sink.ts';

/** Old space may grow by so much beyond what was alive at its last collection; V8 itself would allow up to 300. */
const OLD_GROWS_PERCENT = 100;
/** In fleets so large that memory counts more than a tenth of the processor time. */
const LARGE_FLEET = 2000;
const OLD_GROWS_PERCENT_IN_LARGE_FLEETS = 30;
/** Far less than this costs half as much processor time again. */
const ENOUGH_NEW_BYTES = 24 * 2 ** 20;
const LOOK_EVERY = 16;

/** To be called before the old space has grown: its first limit is set at its first collection. */
export function keepOldSpaceTight(): void {
  letOldSpaceGrow(OLD_GROWS_PERCENT);
}

function letOldSpaceGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** Lets the new space grow to what is useful and no further, and the old space less where the fleet is large. */
export function heapKeeper(): Sink {
  let done = 0;
  let isCapped = false;
  return {
    take: (event) => {
      if (event.type === 'run.started' && event.hosts.length > LARGE_FLEET)
        letOldSpaceGrow(OLD_GROWS_PERCENT_IN_LARGE_FLEETS);
      if (isCapped || event.type !== 'host.done') return;
      done += 1;
      if (done % LOOK_EVERY !== 0) return;
      const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      if ((space?.space_size ?? 0) < ENOUGH_NEW_BYTES) return;
      setFlagsFromString('--semi-space-growth-factor=1');
      isCapped = true;
    },
    end: () => Promise.resolve(),
  };
}
