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
  const wsus = shareOf(
    hosts,
    ({ facts }) => (facts.wsus.inForce && facts.scan.known ? facts.wsus.url.toLowerCase() : ''),
    ({ facts }) => facts.scan.failing && CONNECTION.has(facts.scan.code),
  );
  const ids = tally(hosts, ({ facts }) => [facts.client.id]);
  const relays = shareOf(
    hosts,
    ({ facts }) => facts.contact.relay,
    ({ facts }) => facts.contact.known,
  );
  const failures = failuresOf(hosts);
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

/** Hosts on which one update fails with one code, and their sites. */
interface Fellows {
  readonly hosts: number;
  readonly sites: ReadonlySet<string>;
}

const NOBODY: Fellows = { hosts: 0, sites: new Set() };

function failuresOf(hosts: readonly HostFacts[]): ReadonlyMap<string, Fellows> {
  const failures = new Map<string, { hosts: number; sites: Set<string> }>();
  for (const { facts, labels } of hosts) {
    for (const { kb, code } of facts.open.installs) {
      if (kb === '') continue;
      const fellows = failures.get(`${kb} ${code}`) ?? { hosts: 0, sites: new Set<string>() };
      fellows.hosts += 1;
      fellows.sites.add(labels['site'] ?? '');
      failures.set(`${kb} ${code}`, fellows);
    }
  }
  return failures;
}

interface Share {
  readonly tried: number;
  readonly failing: number;
}

/** Of the hosts of each key, how many fail; counted once, asked for by every host. */
function shareOf(
  hosts: readonly HostFacts[],
  keyOf: (host: HostFacts) => string,
  isFailing: (host: HostFacts) => boolean,
): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const host of hosts) {
    const key = keyOf(host);
    if (key === '') continue;
    const { tried, failing } = shares.get(key) ?? { tried: 0, failing: 0 };
    shares.set(key, { tried: tried + 1, failing: failing + (isFailing(host) ? 1 : 0) });
  }
  return shares;
}

function sameWsus({ facts }: HostFacts, wsus: ReadonlyMap<string, Share>): FleetView['sameWsus'] {
  const same = facts.wsus.inForce ? wsus.get(facts.wsus.url.toLowerCase()) : undefined;
  if (same === undefined) return ALONE.sameWsus;
  return { known: true, from: facts.wsus.from, ...same };
}

function twins({ facts }: HostFacts, ids: Tally): FleetView['twins'] {
  const { id, from } = facts.client;
  return id === '' ? ALONE.twins : { known: true, from, hosts: ids.get(id)?.length ?? 1, id };
}

function sameRelay(
  { facts }: HostFacts,
  relays: ReadonlyMap<string, Share>,
): FleetView['sameRelay'] {
  const { relay, from } = facts.contact;
  const same = relays.get(relay);
  if (same === undefined) return ALONE.sameRelay;
  return { known: true, from, relay, ...same };
}

function sameFailure(
  { facts }: HostFacts,
  failures: ReadonlyMap<string, Fellows>,
  tried: Tally,
): FleetView['sameFailure'] {
  if (!facts.open.known) return ALONE.sameFailure;
  const updates = facts.open.installs
    .filter(({ kb }) => kb !== '')
    .map(({ name, kb, code, from }) => {
      const { hosts, sites } = failures.get(`${kb} ${code}`) ?? NOBODY;
      return {
        from,
        name,
        kb,
        code,
        failing: hosts,
        tried: tried.get(kb)?.length ?? 0,
        sites: sites.size,
      };
    });
  return { known: true, from: facts.open.from, updates };
}
