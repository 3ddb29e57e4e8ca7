/** What the inventory says of a host: facts about the target, never secrets. */

/** A host's name in the inventory; unique in a run. */
export type HostId = string & { readonly __brand: 'HostId' };

export function hostId(name: string): HostId {
  return name as HostId;
}

/** Free text by key: `site`, `group`, `client`, `ring`, `unit`, `type`; tags are joined by commas under `tags`. */
export type Labels = Readonly<Record<string, string>>;

export type AuthScheme = 'kerberos' | 'negotiate' | 'basic';

export interface WinrmSettings {
  /** `auto`: whichever of both ports answers; `always`: HTTPS only; `never`: HTTP with message encryption only. */
  readonly tls: 'auto' | 'always' | 'never';
  /** Ways to sign in, tried in this order. */
  readonly auth: readonly AuthScheme[];
  readonly port: number | 'auto';
  /** Path of a PEM file with the authorities to trust, already made absolute. */
  readonly ca?: string;
  /** SHA-256 of the one certificate to trust: 64 hexadecimal digits, lower case. */
  readonly fingerprint?: string;
  /** Name expected in the certificate, where it differs from the address. */
  readonly serverName?: string;
  /** Host name in the service principal, where it differs from the address (Kerberos). */
  readonly spnHost?: string;
  /** PowerShell session configuration to run in (JEA); absent: the WinRS shell. */
  readonly endpoint?: string;
}

export interface SshSettings {
  readonly port: number;
  /** Where the credential names no user. */
  readonly user?: string;
  /** Absolute paths of the files with known host keys. */
  readonly knownHosts: readonly string[];
  /** Absolute paths of private keys to offer beside those of the credential. */
  readonly identityFiles?: readonly string[];
  /** Absolute path of the SSH client's configuration; absent: none is read. */
  readonly config?: string;
  /** The name under which its host key is kept, where it is another one. */
  readonly hostKeyAlias?: string;
}

/** A host to go through on the way to others. */
export interface Jump {
  /** Its name in the inventory; unique, the connection to it is shared under this name. */
  readonly name: string;
  readonly address: string;
  readonly ssh: SshSettings;
  /** Name of a credential. */
  readonly credential: string | undefined;
  /** Hosts that may be talked to through it at the same time. */
  readonly channels: number;
  readonly limits: Limits;
}

/** How the host is reached. `unavailable` hosts are known to the inventory and end as `skipped` with the reason. */
export type Reach =
  | {
      readonly kind: 'winrm';
      readonly winrm: WinrmSettings;
      readonly credential: string | undefined;
      /** Jump hosts, the nearest to us first. */
      readonly via: readonly Jump[];
    }
  | {
      readonly kind: 'ssh';
      readonly ssh: SshSettings;
      readonly credential: string | undefined;
      readonly via: readonly Jump[];
    }
  /** This very machine, by a child process. */
  | { readonly kind: 'local' }
  | { readonly kind: 'unavailable'; readonly transport: string; readonly reason: string };

/** Time limits of one host, in milliseconds. */
export interface Limits {
  /** One step of making contact: tcp, tls, auth, shell. */
  readonly connectMs: number;
  /** Shorter for tcp and tls alone, as ConnectTimeout of ssh_config(5) is. */
  readonly dialMs?: number;
  /** From the start of the collector to its last byte. */
  readonly collectMs: number;
}

export interface Host {
  readonly id: HostId;
  readonly address: string;
  readonly labels: Labels;
  readonly reach: Reach;
  readonly limits: Limits;
}

/** What is missing to sign in on the way to a host; undefined when nothing is. */
export function missingCredential(reach: Reach): string | undefined {
  if (reach.kind !== 'winrm' && reach.kind !== 'ssh') return undefined;
  if (reach.credential === undefined) return 'no credential for this host';
  const jump = reach.via.find(({ credential }) => credential === undefined);
  return jump && `no credential for its jump host "${jump.name}"`;
}
