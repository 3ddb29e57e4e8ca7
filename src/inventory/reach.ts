/** How a host is reached, or why it is not. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Jump, Limits, Reach, SshSettings, WinrmSettings } from '../core/host.ts';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import { pathFrom } from '../credentials/secret-ref.ts';
import { misfitOf } from './credential-misfit.ts';
import type { Document, Settings } from './format.ts';

export const DEFAULT_WINRM: WinrmSettings = { tls: 'auto', auth: ['negotiate'], port: 'auto' };
export const DEFAULT_SSH_PORT = 22;
/** As OpenSSH's own client; by identity it is known that nobody said otherwise. */
export const DEFAULT_KNOWN_HOSTS: readonly string[] = [
  resolve(homedir(), '.ssh/known_hosts'),
  resolve(homedir(), '.ssh/known_hosts2'),
  '/etc/ssh/ssh_known_hosts',
];
const DEFAULT_CONFIG = resolve(homedir(), '.ssh/config');
export const DEFAULT_LIMITS: Limits = { connectMs: 10_000, collectMs: 240_000 };
/** Hosts behind one jump host at the same time: it has one connection, and sshd and its link are the narrow place. */
export const DEFAULT_CHANNELS = 32;

/** What names of the inventory stand for, and the folder that its paths start from. */
export interface Surroundings {
  readonly credentials: ReadonlyMap<string, CredentialSpec>;
  readonly jumps: NonNullable<Document['jumps']>;
  readonly folder: string;
}

export function reachOf(settings: Settings, surroundings: Surroundings): Reach {
  const { transport = 'winrm', credential } = settings;
  const unavailable = (reason: string): Reach => ({ kind: 'unavailable', transport, reason });
  if (transport === 'local') return { kind: 'local' };
  if (transport === 'bundle')
    return unavailable(
      'nothing reaches it: patchwhy collector pack, then patchwhy evidence import',
    );
  if (transport !== 'winrm' && transport !== 'ssh')
    return unavailable(`transport "${transport}" comes in a later version`);
  const spec = credential && surroundings.credentials.get(credential.name);
  const misfit = spec && misfitOf(spec, transport, settings.winrm ?? {});
  if (misfit !== undefined) return unavailable(misfit);
  const via = jumpsOf(settings, surroundings);
  for (const jump of via) {
    const other = surroundings.credentials.get(jump.credential ?? '');
    const why = other && misfitOf(other, 'ssh', {});
    if (why !== undefined) return unavailable(`jump host "${jump.name}": ${why}`);
  }
  const shared = { credential: credential?.name, via };
  return transport === 'winrm'
    ? { kind: 'winrm', ...shared, winrm: winrmOf(settings, surroundings.folder) }
    : { kind: 'ssh', ...shared, ssh: sshOf(settings, surroundings.folder) };
}

function winrmOf({ winrm = {} }: Settings, folder: string): WinrmSettings {
  return {
    tls: winrm.tls ?? DEFAULT_WINRM.tls,
    auth: winrm.auth ?? DEFAULT_WINRM.auth,
    port: winrm.port ?? DEFAULT_WINRM.port,
    ...(winrm.ca !== undefined && { ca: pathFrom(winrm.ca, folder) }),
    ...(winrm.fingerprint !== undefined && { fingerprint: winrm.fingerprint }),
    ...(winrm.server_name !== undefined && { serverName: winrm.server_name }),
    ...(winrm.spn_host !== undefined && { spnHost: winrm.spn_host }),
    ...(winrm.endpoint !== undefined && { endpoint: winrm.endpoint }),
  };
}

function sshOf({ ssh = {} }: Pick<Settings, 'ssh'>, folder: string): SshSettings {
  const config = ssh.config === undefined ? DEFAULT_CONFIG : pathFrom(ssh.config, folder);
  return {
    port: ssh.port ?? DEFAULT_SSH_PORT,
    knownHosts: ssh.known_hosts?.map((path) => pathFrom(path, folder)) ?? DEFAULT_KNOWN_HOSTS,
    ...(ssh.config !== 'none' && { config }),
    ...(ssh.user !== undefined && { user: ssh.user }),
  };
}

export function limitsOf({ timeouts = {} }: Pick<Settings, 'timeouts'>): Limits {
  return {
    connectMs: timeouts.connect ?? DEFAULT_LIMITS.connectMs,
    collectMs: timeouts.collect ?? DEFAULT_LIMITS.collectMs,
  };
}

/** A chain as it is written, each jump host preceded by those that it is behind itself. */
function jumpsOf({ via = [] }: Settings, surroundings: Surroundings): readonly Jump[] {
  const seen = new Set<string>();
  return via.flatMap(({ name }) => chainTo(name, surroundings, seen));
}

function chainTo(name: string, surroundings: Surroundings, seen: Set<string>): readonly Jump[] {
  const jump = surroundings.jumps.get(name);
  // A loop and an undefined name have been told with their place.
  if (jump === undefined || seen.has(name)) return [];
  seen.add(name);
  const before = (jump.via ?? []).flatMap((each) => chainTo(each.name, surroundings, seen));
  const { port } = jump;
  const ssh = { ...jump.ssh, ...(port !== undefined && { port }) };
  return [
    ...before,
    {
      name,
      address: jump.host ?? jump.address ?? name,
      ssh: sshOf({ ssh }, surroundings.folder),
      credential: jump.credential?.name,
      channels: jump.channels ?? DEFAULT_CHANNELS,
      limits: limitsOf(jump),
    },
  ];
}
