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
  /** `auto`: HTTP with message encryption; `always`: HTTPS, certificate verified; `never`: HTTP with message encryption. */
  readonly tls: 'auto' | 'always' | 'never';
  readonly auth: readonly AuthScheme[];
  readonly port: number | 'auto';
  /** Path of a PEM file with the authorities to trust, already made absolute. */
  readonly ca?: string;
  /** Name expected in the certificate, where it differs from the address. */
  readonly serverName?: string;
}

/** How the host is reached. `unavailable` hosts are known to the inventory and end as `skipped` with the reason. */
export type Reach =
  | {
      readonly kind: 'winrm';
      readonly winrm: WinrmSettings;
      readonly credential: string | undefined;
    }
  | { readonly kind: 'unavailable'; readonly transport: string; readonly reason: string };

/** Time limits of one host, in milliseconds. */
export interface Limits {
  /** One step of making contact: tcp, tls, auth, shell. */
  readonly connectMs: number;
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
