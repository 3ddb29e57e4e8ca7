/** Lays the user's own SSH configuration under what the inventory says of SSH hosts: the inventory wins. */
import { readFileSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { Host, Jump, SshSettings } from '../core/host.ts';
import { DEFAULT_CHANNELS, DEFAULT_KNOWN_HOSTS, DEFAULT_SSH_PORT } from '../inventory/reach.ts';
import { ClientConfig, jumpOf, type ClientSettings } from '../transports/ssh/client-config.ts';
import { fitsPattern } from '../transports/ssh/known-hosts.ts';

/** @throws PatchwhyError `ssh.config` (exit 2) when a configuration cannot be read. */
export function withSshConfig(hosts: readonly Host[]): readonly Host[] {
  const configs = new Map<string, ClientConfig | undefined>();
  const configOf = ({ config }: SshSettings): ClientConfig | undefined => {
    if (config === undefined) return undefined;
    if (!configs.has(config)) configs.set(config, readConfig(config));
    return configs.get(config);
  };
  return hosts.map((host) => {
    const { reach } = host;
    if (reach.kind === 'unavailable' || reach.kind === 'local') return host;
    const via = reach.via.map((jump) => withSettings(jump, configOf(jump.ssh)));
    if (reach.kind === 'winrm')
      return via.length === 0 ? host : { ...host, reach: { ...reach, via } };
    const config = configOf(reach.ssh);
    const found = config?.settingsFor(host.address);
    if (found === undefined) return { ...host, reach: { ...reach, via } };
    if (found.hasProxyCommand && via.length === 0) return unavailable(host);
    const { connectTimeoutMs } = found;
    return {
      ...host,
      address: found.hostName ?? host.address,
      reach: {
        ...reach,
        ssh: merged(reach.ssh, found, host.address),
        via: via.length > 0 ? via : jumpsOf(found, reach, config),
      },
      ...(connectTimeoutMs !== undefined && {
        limits: { ...host.limits, connectMs: Math.min(host.limits.connectMs, connectTimeoutMs) },
      }),
    };
  });
}

function unavailable(host: Host): Host {
  const reason =
    'its SSH configuration has a ProxyCommand, which is not run; use ProxyJump, or via: in the inventory';
  return { ...host, reach: { kind: 'unavailable', transport: 'ssh', reason } };
}

/** Defaults of the inventory count as unsaid, so that the configuration can say otherwise. */
function merged(own: SshSettings, found: ClientSettings, name: string): SshSettings {
  const knownHosts = own.knownHosts === DEFAULT_KNOWN_HOSTS ? found.knownHosts : undefined;
  // ssh keeps a key under the name that was connected to.
  const alias = own.hostKeyAlias ?? found.hostKeyAlias;
  return {
    ...own,
    port: own.port === DEFAULT_SSH_PORT ? (found.port ?? own.port) : own.port,
    ...(knownHosts !== undefined && { knownHosts }),
    ...(own.user === undefined && found.user !== undefined && { user: found.user }),
    ...(found.identityFiles.length > 0 && { identityFiles: found.identityFiles }),
    ...(alias !== undefined && alias !== name && { hostKeyAlias: alias }),
  };
}

function withSettings(jump: Jump, config: ClientConfig | undefined): Jump {
  const found = config?.settingsFor(jump.address);
  if (found === undefined) return jump;
  return {
    ...jump,
    address: found.hostName ?? jump.address,
    ssh: merged(jump.ssh, found, jump.address),
  };
}

/** ProxyJump: each hop has a configuration of its own, and the credential of the host. */
function jumpsOf(
  { jumps = [] }: ClientSettings,
  { ssh, credential }: { readonly ssh: SshSettings; readonly credential: string | undefined },
  config: ClientConfig | undefined,
): readonly Jump[] {
  return jumps.flatMap((text) => {
    const hop = jumpOf(text);
    if (hop === undefined) return [];
    const { user, host, port } = hop;
    const { config: file } = ssh;
    const settings: SshSettings = {
      port: port ?? DEFAULT_SSH_PORT,
      knownHosts: ssh.knownHosts,
      ...(user !== undefined && { user }),
      ...(file !== undefined && { config: file }),
    };
    const jump = {
      name: text,
      address: host,
      ssh: settings,
      credential,
      channels: DEFAULT_CHANNELS,
    };
    return [withSettings(jump, config)];
  });
}

function readConfig(file: string): ClientConfig | undefined {
  const home = homedir();
  const read = (pattern: string): string[] =>
    filesOf(resolve(dirname(file), pattern.replace(/^~(?=[/\\])/, home))).flatMap(
      (path) => textOf(path) ?? [],
    );
  const text = textOf(file);
  if (text === undefined) return undefined;
  try {
    return new ClientConfig(text, { home, user: userInfo().username, read });
  } catch (cause) {
    throw new PatchwhyError(
      'ssh.config',
      `${file} is no SSH configuration: ${cause instanceof Error ? cause.message : String(cause)}`,
      'mend it, or write "config: none" under ssh in the inventory',
      { cause },
    );
  }
}

/** The text of a file; undefined when there is none. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw new PatchwhyError(
      'ssh.config',
      `${file} cannot be read (${errnoOf(cause) ?? 'unknown'})`,
      'make it readable, or write "config: none" under ssh in the inventory',
      { cause },
    );
  }
}

/** Only the last part of an Include may hold patterns, as in every configuration seen. */
function filesOf(pattern: string): string[] {
  const name = basename(pattern);
  if (!/[*?]/.test(name)) return [pattern];
  try {
    return readdirSync(dirname(pattern))
      .filter((entry) => fitsPattern(name, entry))
      .toSorted()
      .map((entry) => resolve(dirname(pattern), entry));
  } catch {
    return [];
  }
}
