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

export interface Fleet extends FleetFacts {
  /** Counts a host in; of two of one name the first counts. */
  readonly add: (host: HostFacts) => void;
}

/** Keeps counts and no host: a fleet need not fit in memory. To be asked when all hosts are in. */
export function createFleet(): Fleet {
  const names = new Set<string>();
  const counts: Counts = {
    wsus: new Map(),
    ids: new Map(),
    relays: new Map(),
    failures: new Map(),
    tried: new Map(),
  };
  return {
    add(host) {
      if (names.has(host.host)) return;
      names.add(host.host);
      countIn(counts, host);
    },
    about: (host) => ({
      sameWsus: sameWsus(host, counts.wsus),
      twins: twins(host, counts.ids),
      sameRelay: sameRelay(host, counts.relays),
      sameFailure: sameFailure(host, counts.failures, counts.tried),
    }),
  };
}

export function fleetFacts(all: Iterable<HostFacts>): FleetFacts {
  const fleet = createFleet();
  for (const host of all) fleet.add(host);
  return fleet;
}

interface Counts {
  /** By the server's address in lower case. */
  readonly wsus: Map<string, Share>;
  /** Hosts by client id. */
  readonly ids: Map<string, number>;
  readonly relays: Map<string, Share>;
  /** By update and code. */
  readonly failures: Map<string, Fellows>;
  /** Hosts that tried to install an update, or have it. */
  readonly tried: Map<string, number>;
}

function countIn(
  { wsus, ids, relays, failures, tried }: Counts,
  { facts, labels }: HostFacts,
): void {
  const { scan, contact, client, open, installed } = facts;
  const isDead = scan.failing && CONNECTION.has(scan.code);
  if (facts.wsus.inForce && scan.known) share(wsus, facts.wsus.url.toLowerCase(), isDead);
  share(relays, contact.relay, contact.known);
  tally(ids, client.id);
  const updates = [
    ...open.installs.map(({ kb }) => kb),
    ...installed.updates.map(({ name }) => name),
  ];
  for (const update of new Set(updates)) tally(tried, update);
  for (const { kb, code } of open.installs) {
    if (kb !== '') fail(failures, `${kb} ${code}`, labels['site'] ?? '');
  }
}

function tally(counts: Map<string, number>, key: string): void {
  if (key !== '') counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Of the hosts of each key, how many fail. */
interface Share {
  tried: number;
  failing: number;
}

function share(shares: Map<string, Share>, key: string, isFailing: boolean): void {
  if (key === '') return;
  const one = shares.get(key) ?? { tried: 0, failing: 0 };
  one.tried += 1;
  if (isFailing) one.failing += 1;
  shares.set(key, one);
}

/** Hosts on which one update fails with one code, and their sites. */
interface Fellows {
  hosts: number;
  readonly sites: Set<string>;
}

const NOBODY: Fellows = { hosts: 0, sites: new Set() };

function fail(failures: Map<string, Fellows>, key: string, site: string): void {
  const fellows = failures.get(key) ?? { hosts: 0, sites: new Set<string>() };
  fellows.hosts += 1;
  fellows.sites.add(site);
  failures.set(key, fellows);
}

function sameWsus({ facts }: HostFacts, wsus: ReadonlyMap<string, Share>): FleetView['sameWsus'] {
  const same = facts.wsus.inForce ? wsus.get(facts.wsus.url.toLowerCase()) : undefined;
  if (same === undefined) return ALONE.sameWsus;
  return { known: true, from: facts.wsus.from, ...same };
}

function twins({ facts }: HostFacts, ids: Counts['ids']): FleetView['twins'] {
  const { id, from } = facts.client;
  return id === '' ? ALONE.twins : { known: true, from, hosts: ids.get(id) ?? 1, id };
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
  tried: Counts['tried'],
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
        tried: tried.get(kb) ?? 0,
        sites: sites.size,
      };
    });
  return { known: true, from: facts.open.from, updates };
}
