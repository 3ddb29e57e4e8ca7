/** What a run says of causes over the whole fleet, as `scan --json` prints it. */
import type { CauseId } from './verdict.ts';

/**
 * `relay`: a site or server they share. `agent`: an agent. `policy`: a setting or a group that somebody has put them in.
 * `patch`: an update or a build. `host`: their make. `random`: nothing they share is beyond chance. `cannot-tell`: too few
 * hosts for any answer.
 */
export type Pattern = 'relay' | 'agent' | 'policy' | 'patch' | 'host' | 'random' | 'cannot-tell';

/** A trait: how many of the hosts with the cause have it, and how many of the others, of whom it is known. */
export interface FleetShare {
  readonly trait: string;
  readonly value: string;
  readonly affected: number;
  readonly affectedOf: number;
  readonly others: number;
  readonly othersOf: number;
  /** How likely chance alone would do this (Fisher's exact test). */
  readonly chance: number;
}

/** A recurring cause, seen over the fleet. */
export interface FleetCause {
  readonly cause: CauseId;
  /** Distinct hosts that have it first, of those that were looked at in the same way. */
  readonly affected: number;
  readonly of: number;
  /** What the share of such hosts may really be: Wilson's interval, 95 %. */
  readonly share: { readonly low: number; readonly high: number };
  /** `systemic`: a tenth of the hosts or more, beyond doubt. `isolated`: less, beyond doubt. */
  readonly spread: 'systemic' | 'isolated' | 'unclear';
  readonly pattern: Pattern;
  readonly shared: readonly FleetShare[];
  /** ISO time of the earliest failure that belongs to it, where one is known. */
  readonly since?: string;
}

/** What fixing one cause brings back, in the order that brings most soonest. */
export interface Fix {
  readonly cause: CauseId;
  /** Hosts that have nothing else left once this and the fixes before it are done. */
  readonly frees: number;
  /** With those before it. */
  readonly total: number;
}
