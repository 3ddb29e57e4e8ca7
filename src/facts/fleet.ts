/** What the other hosts of a run say of one host: facts that no single document can hold. */
import type { Facts } from './declared.ts';
import type { HostFacts } from './examine.ts';

/** Facts about a fleet; asked for one host at a time. */
export interface FleetFacts {
  /** The facts that other hosts add to this one's. */
  readonly about: (host: HostFacts) => Partial<Facts>;
}

export function fleetFacts(_all: Iterable<HostFacts>): FleetFacts {
  return { about: () => ({}) };
}
