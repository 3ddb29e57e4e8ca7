/** What the other hosts of a run say of one host: facts that no single document can hold. */
import type { HostFacts } from './examine.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';

export const sameWsusShape = { tried: 'double', failing: 'double' } as const;
export const twinsShape = { hosts: 'double', id: 'string' } as const;
export const sameRelayShape = { relay: 'string', tried: 'double', failing: 'double' } as const;
const fellowShape = {
  name: 'string',
  kb: 'string',
  code: 'string',
  failing: 'double',
  tried: 'double',
  sites: 'double',
} as const;
export const sameFailureShape = { updates: [fellowShape] } as const;

/** Facts that only a fleet can tell. */
export interface FleetView {
  readonly sameWsus: Fact<typeof sameWsusShape>;
  readonly twins: Fact<typeof twinsShape>;
  readonly sameRelay: Fact<typeof sameRelayShape>;
  readonly sameFailure: Fact<typeof sameFailureShape>;
}

/** Of one host alone, nothing of this is known. */
export const ALONE: FleetView = {
  sameWsus: unknown(sameWsusShape),
  twins: unknown(twinsShape),
  sameRelay: unknown(sameRelayShape),
  sameFailure: unknown(sameFailureShape),
};

/** Facts about a fleet; asked for one host at a time. */
export interface FleetFacts {
  readonly about: (host: HostFacts) => FleetView;
}

// No answer, or none that is the server's: what hosts of a dead server have in common.
const CONNECTION = new Set([
  '0x80072EFD',
  '0x80072EE2',
  '0x80072EFE',
  '0x80244004',
  '0x80240438',
  '0x8024402C',
  '0x80244022',
]);

export function fleetFacts(all: Iterable<HostFacts>): FleetFacts {
  const hosts = [...new Map(Array.from(all, (host) => [host.host, host])).values()];
  const wsus = tally(hosts, ({ facts }) =>
    facts.wsus.inForce && facts.scan.known ? [facts.wsus.url.toLowerCase()] : [],
  );
  const ids = tally(hosts, ({ facts }) => [facts.client.id]);
  const relays = tally(hosts, ({ facts }) => [facts.contact.relay]);
  const failures = tally(hosts, ({ facts }) =>
    facts.open.installs.filter(({ kb }) => kb !== '').map(({ kb, code }) => `${kb} ${code}`),
  );
  const tried = tally(hosts, ({ facts }) => [
    ...new Set([
      ...facts.open.installs.map(({ kb }) => kb),
      ...facts.installed.updates.map(({ name }) => name),
    ]),
  ]);
  return {
    about: (host) => ({
      sameWsus: sameWsus(host, wsus),
      twins: twins(host, ids),
      sameRelay: sameRelay(host, relays),
      sameFailure: sameFailure(host, failures, tried),
    }),
  };
}

type Tally = ReadonlyMap<string, readonly HostFacts[]>;

/** Hosts by each of their keys. */
function tally(hosts: readonly HostFacts[], keysOf: (host: HostFacts) => readonly string[]): Tally {
  const groups = new Map<string, HostFacts[]>();
  for (const host of hosts) {
    for (const key of keysOf(host)) {
      if (key === '') continue;
      const same = groups.get(key);
      if (same === undefined) groups.set(key, [host]);
      else same.push(host);
    }
  }
  return groups;
}

function sameWsus({ facts }: HostFacts, wsus: Tally): FleetView['sameWsus'] {
  const same = facts.wsus.inForce ? wsus.get(facts.wsus.url.toLowerCase()) : undefined;
  if (same === undefined) return ALONE.sameWsus;
  const failing = same.filter(
    (host) => host.facts.scan.failing && CONNECTION.has(host.facts.scan.code),
  );
  return { known: true, from: facts.wsus.from, tried: same.length, failing: failing.length };
}

function twins({ facts }: HostFacts, ids: Tally): FleetView['twins'] {
  const { id, from } = facts.client;
  return id === '' ? ALONE.twins : { known: true, from, hosts: ids.get(id)?.length ?? 1, id };
}

function sameRelay({ facts }: HostFacts, relays: Tally): FleetView['sameRelay'] {
  const { relay, from } = facts.contact;
  const same = relays.get(relay);
  if (same === undefined) return ALONE.sameRelay;
  const failing = same.filter((host) => host.facts.contact.known);
  return { known: true, from, relay, tried: same.length, failing: failing.length };
}

function sameFailure(
  { facts }: HostFacts,
  failures: Tally,
  tried: Tally,
): FleetView['sameFailure'] {
  if (!facts.open.known) return ALONE.sameFailure;
  const updates = facts.open.installs
    .filter(({ kb }) => kb !== '')
    .map(({ name, kb, code, from }) => {
      const same = failures.get(`${kb} ${code}`) ?? [];
      const sites = new Set(same.map(({ labels }) => labels['site'] ?? '')).size;
      return {
        from,
        name,
        kb,
        code,
        failing: same.length,
        tried: tried.get(kb)?.length ?? 0,
        sites,
      };
    });
  return { known: true, from: facts.open.from, updates };
}
