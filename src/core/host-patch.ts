/** One patch on one host: what was detected, what was deployed, and what both together come to. */
import type { Pointer } from './verdict.ts';

/**
 * What a patch comes to on a host, the worst first. `verify-pending`: its installation said that it went well, and
 * nothing has looked since. `no-record`: looked, and nothing speaks of it; `no-data`: could not look.
 */
export const PATCH_STATUSES = [
  'failed',
  'reboot-required',
  'verify-pending',
  'installing',
  'pending',
  'missing',
  'ignored',
  'inactive',
  'superseded',
  'not-applicable',
  'installed',
  'no-record',
  'no-data',
] as const;
export type PatchStatus = (typeof PATCH_STATUSES)[number];

/** What somebody found who looked for the patch itself, and when. */
export interface Detection {
  readonly state:
    | 'installed'
    | 'missing'
    | 'superseded'
    | 'not-applicable'
    | 'inactive'
    | 'unknown';
  /** Milliseconds since 1970; undefined when nobody looked, or nobody says when. */
  readonly at: number | undefined;
  readonly from: Pointer;
}

/** What the last attempt to install it came to. Success here is never proof that it is there. */
export interface Deployment {
  readonly state: 'never' | 'success' | 'success-restart' | 'failed' | 'in-progress';
  readonly at: number | undefined;
  /** `0x80070643`; empty when it went well, or nobody says. */
  readonly code: string;
  /** Of the installer itself, as a number, where a management agent tells it. */
  readonly exit: number | undefined;
  /** Since it last went well. */
  readonly tries: number;
  /** After so many the agent tries no more. */
  readonly limit: number | undefined;
  readonly from: Pointer;
}

/** Kinds of update as WSUS and the update agent class them. */
export type Classification =
  | 'security'
  | 'service-pack'
  | 'rollup'
  | 'critical'
  | 'update'
  | 'definition'
  | 'feature-pack'
  | 'tool';

/** What who offers it says of it; each field absent where nobody does. */
export interface Offer {
  readonly classification?: Classification;
  readonly severity?: string;
  readonly sizeBytes?: number;
  readonly released?: number;
  readonly needsRestart?: boolean;
  readonly needsInput?: boolean;
  readonly isDownloaded?: boolean;
  readonly cves?: readonly string[];
}

export type Approval =
  | 'approved'
  | 'notApproved'
  | 'declined'
  | 'ignored'
  | 'inactive'
  | 'hidden'
  | 'unknown';

/** A step in the life of a patch on a host. */
export interface LifeStep {
  readonly at: number;
  readonly what:
    | 'released'
    | 'detected-missing'
    | 'downloading'
    | 'started'
    | 'failed'
    | 'installed'
    | 'waits-for-restart'
    | 'restarted'
    | 'detected-installed';
  /** Of a failure. */
  readonly code: string;
  /** Equal events that were folded into this one, the newest. */
  readonly count: number;
  readonly from: Pointer;
}

export interface HostPatch {
  /** KB, else update id, else title without month and version: the same patch on every host. */
  readonly key: string;
  /** `KB5034441`; empty where it has none. */
  readonly kb: string;
  readonly title: string;
  readonly family: string;
  readonly status: PatchStatus;
  readonly detection: Detection;
  readonly deployment: Deployment;
  readonly approval: Approval;
  /** Milliseconds since 1970: when it was installed, where it is there and any source tells the time. */
  readonly installedAt: number | undefined;
  /** Installed, and no source tells when or by whom: by hand, by an image, by another product. */
  readonly isByOtherMeans: boolean;
  /** What a job or a server claims and detection does not bear out: said beside the status, never as it. */
  readonly isClaimOnly: boolean;
  readonly offer: Offer;
  /** Oldest first. */
  readonly life: readonly LifeStep[];
}

/** A patch on a host without what its evidence alone tells: the steps of its life, and where each thing stands. */
export interface KeptPatch extends Omit<HostPatch, 'life' | 'detection' | 'deployment'> {
  readonly detection: Omit<Detection, 'from'>;
  readonly deployment: Omit<Deployment, 'from'>;
}
