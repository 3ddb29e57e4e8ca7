/** The way to the update server: WSUS, proxy, Microsoft's endpoints, TLS. Only probes over the path in force count. */
import type { Evidence } from '../core/look.ts';
import type { Reading } from './reading.ts';
import { countOf, HOUR } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';
import type { scanShape } from './scan.ts';

export const wsusShape = {
  /** A WSUS server is what the host is told to ask. */
  inForce: 'bool',
  url: 'string',
  host: 'string',
  /** Told to use a server, but none is named. */
  isMissing: 'bool',
  /** No scheme, a blank, a port that is none: not an address. */
  isMalformed: 'bool',
} as const;

export const wsusProbeShape = {
  resolved: 'bool',
  connected: 'bool',
  /** The same target was reached by the way that is not in force. */
  otherPath: 'bool',
  tlsFailed: 'bool',
  status: 'double',
  error: 'string',
  viaProxy: 'bool',
  /** Another port of the same server was reached, the one in the address was not. */
  otherPort: 'bool',
} as const;

export const proxyShape = {
  inForce: 'bool',
  name: 'string',
  unresolved: 'bool',
  /** Probes through it that were refused (403, 407) or did not connect. */
  refused: 'double',
  status: 'double',
  worked: 'double',
  /** Targets that answer straight, though not through it. */
  directWorks: 'double',
} as const;

export const endpointsShape = {
  tried: 'double',
  worked: 'double',
  unresolved: 'double',
  unconnected: 'double',
  tlsFailed: 'double',
  name: 'string',
  error: 'string',
} as const;

export const tlsShape = {
  client12Off: 'bool',
  client12On: 'bool',
  schannelErrors: 'double',
} as const;

type Probe = NonNullable<NonNullable<Evidence['network']>['probes']>[number];
interface ReadProbe {
  readonly probe: Probe;
  readonly host: string;
  readonly from: string;
}

export function wsusFact({ evidence }: Reading): Fact<typeof wsusShape> {
  const update = evidence.windowsUpdate;
  const policy = update?.policy;
  if (update === undefined || (policy === undefined && update.source === undefined))
    return unknown(wsusShape);
  const url = update.wsusServer?.trim() ?? '';
  const told =
    policy?.useWUServer === 1 || (policy?.useWUServer === undefined && update.source === 'wsus');
  return {
    known: true,
    from: update.wsusServer === undefined ? '/windowsUpdate' : '/windowsUpdate/wsusServer',
    inForce: told && url !== '',
    url,
    host: hostOf(url),
    isMissing: policy?.useWUServer === 1 && update.wsusServer !== undefined && url === '',
    isMalformed: told && url !== '' && !/^https?:\/\/[^\s/:]+(:\d{1,5})?(\/\S*)?$/i.test(url),
  };
}

export interface Paths {
  readonly wsusProbe: Fact<typeof wsusProbeShape>;
  readonly proxy: Fact<typeof proxyShape>;
  readonly endpoints: Fact<typeof endpointsShape>;
}

export function pathFacts(reading: Reading, wsus: Fact<typeof wsusShape>): Paths {
  const { network } = reading.evidence;
  if (network === undefined) {
    return {
      wsusProbe: unknown(wsusProbeShape),
      proxy: unknown(proxyShape),
      endpoints: unknown(endpointsShape),
    };
  }
  const probes = (network.probes ?? [])
    .map((probe, position) => ({
      probe,
      host: hostOf(probe.target),
      from: `/network/probes/${position}`,
    }))
    .filter(({ probe }) => !isSilent(probe));
  const proxyName = network.winHttpProxy ?? '';
  const viaOf = (host: string): Probe['via'] =>
    proxyName !== '' && !isBypassed(host, network.proxyBypass ?? '') ? 'proxy' : 'direct';
  return {
    wsusProbe: wsusProbeFact(probes, wsus, viaOf(wsus.host)),
    proxy: proxyFact(probes, network.winHttpProxy, hostOf(proxyName)),
    endpoints: endpointsFact(probes, wsus.host, viaOf),
  };
}

/** The name server did not answer in time: that says nothing of the name, nor of who bears it. */
function isSilent({ resolved, connected, error }: Probe): boolean {
  return error === 'EAI_AGAIN' && (resolved ?? null) === null && connected !== true;
}

/** Tried, and nothing told at all. */
function isEmpty({ resolved, connected, status, error, tls }: Probe): boolean {
  return (
    ![resolved, connected, status].some((value) => value !== undefined && value !== null) &&
    (error ?? '') === '' &&
    tls !== 'failed'
  );
}

/** Told so, or by a time limit: a request through a proxy knows no connection of its own. */
function isUnconnected({ connected, error, tls }: Probe): boolean {
  return connected === false || (connected !== true && (error ?? '') !== '' && tls !== 'failed');
}

function wsusProbeFact(
  probes: readonly ReadProbe[],
  wsus: Fact<typeof wsusShape>,
  via: Probe['via'],
): Fact<typeof wsusProbeShape> {
  const same = probes.filter(({ host }) => wsus.known && wsus.host !== '' && host === wsus.host);
  const ownPath = same.filter(({ probe }) => (probe.via ?? 'direct') === via);
  const own = ownPath.find(({ probe }) => portOf(probe.target) === portOf(wsus.url)) ?? ownPath[0];
  if (own === undefined || isEmpty(own.probe)) return unknown(wsusProbeShape);
  const elsewhere = ownPath.some(
    ({ probe }) => probe.connected === true && portOf(probe.target) !== portOf(wsus.url),
  );
  const other = same.find(({ probe }) => (probe.via ?? 'direct') !== via);
  const { probe, from } = own;
  return {
    known: true,
    from,
    // Not told is not "no": only a plain false counts against the name.
    resolved: probe.resolved !== false,
    // Who refuses a certificate, or answers with a status, was reached.
    connected: probe.connected === true || probe.tls === 'failed' || (probe.status ?? 0) > 0,
    otherPath: other?.probe.connected === true && !isRefusal(other.probe),
    tlsFailed: probe.tls === 'failed',
    status: probe.status ?? 0,
    error: probe.error ?? resultCode(probe.code),
    viaProxy: via === 'proxy',
    otherPort: elsewhere && own.probe.connected !== true,
  };
}

function proxyFact(
  probes: readonly ReadProbe[],
  name: string | null | undefined,
  proxyHost: string,
): Fact<typeof proxyShape> {
  if (name === undefined) return unknown(proxyShape);
  const through = probes.filter(({ probe }) => probe.via === 'proxy');
  const failed = through.filter(({ probe }) => isUnconnected(probe) || isRefusal(probe));
  const unresolved =
    through.some(({ probe }) => probe.resolved === false) ||
    probes.some(
      ({ host, probe }) => host === proxyHost && proxyHost !== '' && probe.resolved === false,
    );
  const straight = probes.filter(
    ({ probe }) => (probe.via ?? 'direct') === 'direct' && probe.connected === true,
  );
  const first = failed[0];
  return {
    known: true,
    from: first?.from ?? '/network/winHttpProxy',
    fromField: { name: '/network/winHttpProxy' },
    inForce: name !== null && name !== '',
    name: name ?? '',
    unresolved,
    refused: failed.length,
    status: first?.probe.status ?? 0,
    worked: through.length - failed.length,
    directWorks: straight.filter(({ probe }) =>
      failed.some((one) => one.probe.target === probe.target),
    ).length,
  };
}

/** The proxy answered, but not for the target. */
function isRefusal({ status }: Probe): boolean {
  return status === 403 || status === 407;
}

function endpointsFact(
  probes: readonly ReadProbe[],
  wsusHost: string,
  viaOf: (host: string) => Probe['via'],
): Fact<typeof endpointsShape> {
  const own = probes.filter(
    ({ host, probe }) => host !== wsusHost && (probe.via ?? 'direct') === viaOf(host),
  );
  if (own.length === 0) return unknown(endpointsShape);
  const unresolved = own.filter(({ probe }) => probe.resolved === false);
  const unconnected = own.filter(({ probe }) => probe.resolved !== false && isUnconnected(probe));
  const tlsFailed = own.filter(({ probe }) => probe.tls === 'failed');
  const first = unresolved[0] ?? unconnected[0] ?? tlsFailed[0] ?? own[0];
  return {
    known: true,
    from: first?.from ?? '/network/probes',
    tried: own.length,
    worked: own.filter(
      ({ probe }) => probe.connected === true && probe.tls !== 'failed' && !isRefusal(probe),
    ).length,
    unresolved: unresolved.length,
    unconnected: unconnected.length,
    tlsFailed: tlsFailed.length,
    name: first?.host ?? '',
    error: first?.probe.error ?? resultCode(first?.probe.code),
  };
}

export function tlsFact(reading: Reading, scan: Fact<typeof scanShape>): Fact<typeof tlsShape> {
  const { network } = reading.evidence;
  const start = [scan.since, scan.lastGood, scan.newest].find((time) => time.getTime() > 0);
  const since = (start?.getTime() ?? 0) - HOUR;
  const schannel = reading
    .events('schannel', 36_871, 36_874, 36_887)
    .filter(({ at }) => scan.failing && at >= since);
  if (network?.tls12Client === undefined && schannel.length === 0) return unknown(tlsShape);
  return {
    known: true,
    from: schannel.at(-1)?.from ?? '/network/tls12Client',
    client12Off: network?.tls12Client === false,
    client12On: network?.tls12Client === true,
    schannelErrors: countOf(schannel),
  };
}

/** `wsus01.corp.example` of `http://wsus01.corp.example:8530/x`, also without the scheme. */
export function hostOf(address: string): string {
  return /^(?:[a-z]+:\/\/)?([^/:\s]+)/i.exec(address.trim())?.[1]?.toLowerCase() ?? '';
}

function portOf(address: string): string {
  const port = /^(?:[a-z]+:\/\/)?[^/:\s]+:(\d+)/i.exec(address.trim())?.[1];
  return port ?? (/^https:/i.test(address) ? '443' : '80');
}

/** WinHTTP's bypass list: names with `*`, divided by `;` or blanks; `<local>` is any name without a dot. */
function isBypassed(host: string, bypass: string): boolean {
  return bypass
    .toLowerCase()
    .split(/[;\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) =>
      entry === '<local>' ? !host.includes('.') : matchesName(host, hostOf(entry)),
    );
}

function matchesName(host: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return host === pattern;
  return host.startsWith(start) && host.endsWith(rest.at(-1) ?? '');
}
