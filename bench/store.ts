/** What an event and a new order of the table cost: `node bench/store.ts`. */
import { createRunStore } from '../src/store/run.ts';
import { WHOLE } from '../src/store/table.ts';
import { fleet } from '../test/support/fleet.ts';

const ROUNDS = 200;

for (const hosts of [1000, 5000, 50_000]) {
  const { start, events } = fleet(hosts);
  const store = createRunStore();
  store.apply(start);
  const applying = performance.now();
  for (const event of events) store.apply(event);
  const applyUs = ((performance.now() - applying) / events.length) * 1000;
  const touch = events.find((event) => event.type === 'host.done');
  const times = Array.from({ length: ROUNDS }, () => {
    if (touch !== undefined) store.apply(touch);
    const began = performance.now();
    store.table(WHOLE, 0).rows({ folds: new Map(), cursor: undefined, line: 0, height: 60 });
    return performance.now() - began;
  }).toSorted((a, b) => a - b);
  const [p50, p95] = [0.5, 0.95].map((share) =>
    (times[Math.floor(share * ROUNDS)] ?? 0).toFixed(2),
  );
  console.log(
    `${hosts} hosts: ${applyUs.toFixed(2)} µs per event, regroup p50 ${p50} p95 ${p95} ms`,
  );
}
