/** From a host of the inventory to a session on it, by whichever transport it asks for. */
import type { Host, Reach, SshSettings, WinrmSettings } from '../core/host.ts';
import type { Logon } from '../core/secret.ts';
import { dialDirect } from '../transports/dial.ts';
import type { Names } from '../transports/names.ts';
import type {
  Endpoint,
  LocalTransport,
  OpenContext,
  Relays,
  Session,
  Transport,
} from '../transports/transport.ts';

/** One transport for each kind of reach, and the ways through jump hosts. */
export interface Transports {
  readonly winrm: Transport<WinrmSettings>;
  readonly ssh: Transport<SshSettings>;
  readonly local: LocalTransport;
  readonly relays: Relays;
}

export type Reachable = Exclude<Reach, { kind: 'unavailable' }>;

export interface Approach {
  readonly endpoint: Endpoint;
  /** Of the host, where it is ours to look up: a name behind a jump host is asked of that one. */
  readonly address?: string;
}

/** Looks the name up, or connects the jump hosts. @throws ContactError stage dns or relay; the signal's reason. */
export async function approach(
  { address: name }: Pick<Host, 'address'>,
  reach: Reachable,
  { names, relays }: { readonly names: Pick<Names, 'find'>; readonly relays: Relays },
  signal: AbortSignal,
): Promise<Approach> {
  if (reach.kind === 'local') return { endpoint: { name, dial: NO_DIAL } };
  if (reach.via.length > 0)
    return { endpoint: { name, dial: await relays.through(reach.via, name, signal) } };
  const addresses = await names.find(name, signal);
  const [address] = addresses;
  return {
    endpoint: { name, dial: dialDirect(addresses) },
    ...(address !== undefined && { address }),
  };
}

const NO_DIAL = (): Promise<never> => Promise.reject(new Error('nobody dials this machine'));

/** @param logon absent only for this very machine. @throws ContactError; the signal's reason. */
export function openSession(
  { winrm, ssh, local }: Transports,
  reach: Reachable,
  { endpoint, logon }: { readonly endpoint: Endpoint; readonly logon: Logon | undefined },
  context: OpenContext,
): Promise<Session> {
  if (reach.kind === 'local') return local.open(context);
  if (logon === undefined) return Promise.reject(new Error('nobody to sign in as'));
  return reach.kind === 'winrm'
    ? winrm.open(endpoint, reach.winrm, logon, context)
    : ssh.open(endpoint, reach.ssh, logon, context);
}
