/** Lays the user's own SSH configuration under what the inventory says of SSH hosts: the inventory wins. */
import { readFileSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { Host, Jump, Limits, SshSettings } from '../core/host.ts';
import {
  DEFAULT_CHANNELS,
  DEFAULT_KNOWN_HOSTS,
  DEFAULT_LIMITS,
  DEFAULT_SSH_PORT,
} from '../inventory/reach.ts';
import { ClientConfig, jumpOf, type ClientSettings } from '../transports/ssh/client-config.ts';
import { fitsPattern } from '../transports/ssh/known-hosts.ts';

/** What holds for hosts reached with these settings; undefined where no configuration is to be read. */
type ConfigOf = (settings: SshSettings) => ClientConfig | undefined;

/** @throws PatchwhyError `ssh.config` (exit 2) when a configuration cannot be read. */
export function withSshConfig(hosts: readonly Host[]): readonly Host[] {
  const configs = new Map<string, ClientConfig | undefined>();
  const configOf: ConfigOf = ({ config }) => {
    if (config === undefined) return undefined;
    if (!configs.has(config)) configs.set(config, readConfig(config));
    return configs.get(config);
  };
  return hosts.map((host) => withConfig(host, configOf));
}

function withConfig(host: Host, configOf: ConfigOf): Host {
  const { reach } = host;
  if (reach.kind === 'unavailable' || reach.kind === 'local') return host;
  if (reach.kind === 'winrm') {
    if (reach.via.length === 0) return host;
    const via = wayThrough(reach.via, configOf);
    return typeof via === 'string' ? unavailable(host, via) : { ...host, reach: { ...reach, via } };
  }
  const found = configOf(reach.ssh)?.settingsFor(host.address);
  const hops = reach.via.length > 0 ? reach.via : hopsOf(found?.jumps, reach);
  if (found?.hasProxyCommand && hops.length === 0) return unavailable(host, noProxyCommand('its'));
  const via = wayThrough(hops, configOf);
  if (typeof via === 'string') return unavailable(host, via);
  if (found === undefined) return { ...host, reach: { ...reach, via } };
  return {
    ...host,
    address: found.hostName ?? host.address,
    reach: { ...reach, ssh: merged(reach.ssh, found, host.address), via },
    limits: shortened(host.limits, found),
  };
}

/** Jump hosts as the configuration completes them, or why they are no way: what leads to the first may be told there. */
function wayThrough(
  hops: readonly Jump[],
  configOf: ConfigOf,
  after: readonly string[] = [],
): readonly Jump[] | string {
  const [first] = hops;
  if (first === undefined) return [];
  const way = [...after, first.address];
  if (after.includes(first.address))
    return `its SSH configuration has jump hosts in a loop: ${way.join(' -> ')}`;
  const found = configOf(first.ssh)?.settingsFor(first.address);
  const before = hopsOf(found?.jumps, first);
  if (found?.hasProxyCommand && before.length === 0)
    return noProxyCommand(`jump host ${first.name}'s`);
  const leading = wayThrough(before, configOf, way);
  if (typeof leading === 'string') return leading;
  return [...leading, ...hops.map((jump) => withSettings(jump, configOf(jump.ssh)))];
}

function noProxyCommand(whose: string): string {
  return `${whose} SSH configuration has a ProxyCommand, which is not run; use ProxyJump, or via: in the inventory`;
}

function unavailable(host: Host, reason: string): Host {
  return { ...host, reach: { kind: 'unavailable', transport: host.reach.kind, reason } };
}

function shortened(limits: Limits, { connectTimeoutMs }: ClientSettings): Limits {
  return connectTimeoutMs === undefined ? limits : { ...limits, dialMs: connectTimeoutMs };
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
    limits: shortened(jump.limits, found),
  };
}

/** ProxyJump: each hop has a configuration of its own, and the credential of whom it leads to. */
function hopsOf(
  jumps: readonly string[] = [],
  { ssh, credential }: Pick<Jump, 'ssh' | 'credential'>,
): readonly Jump[] {
  return jumps.flatMap((text) => {
    const hop = jumpOf(text);
    if (hop === undefined) return [];
    const { user, host, port } = hop;
    const { config } = ssh;
    const settings: SshSettings = {
      port: port ?? DEFAULT_SSH_PORT,
      knownHosts: ssh.knownHosts,
      ...(user !== undefined && { user }),
      ...(config !== undefined && { config }),
    };
    return [
      {
        name: text,
        address: host,
        ssh: settings,
        credential,
        channels: DEFAULT_CHANNELS,
        limits: DEFAULT_LIMITS,
      },
    ];
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
