/** The words of a judgement over many hosts, shaped as `scan --json` prints them. */
import type { CauseId } from './verdict.ts';

/** Something that hosts may share: a label of the inventory, or what was read on them. */
export interface Trait {
  /** The label's key, or `wsus`, `relay`, `proxy`, `source`, `build`, `model`, `policy`, `agent`, `update`. */
  readonly kind: string;
  readonly value: string;
}

/** Where to look for a cause that hosts have in common. */
export type Bearing = 'relay' | 'agent' | 'policy' | 'patch' | 'other';

/** `random`: a tie to half of the hosts would have shown, and there is none. `unknown`: it cannot be told. */
export type Tie = Bearing | 'random' | 'unknown';

/** Why it cannot be told. `partial`: something is shared more often than by chance, but by too few of the hosts. */
export type WhyUnknown = 'too-few' | 'no-others' | 'nothing-differs' | 'partial';

/** A trait that affected hosts have more often than others of which it is known. */
export interface SharedTrait extends Trait {
  readonly bearing: Bearing;
  /** Affected hosts that have it. */
  readonly affected: number;
  /** Affected hosts of which it is known whether they have it. */
  readonly affectedKnown: number;
  /** Hosts without the cause that have it. */
  readonly others: number;
  readonly othersKnown: number;
  /** Chance of so strong a tie in a fleet where nothing is tied, corrected for all that was looked at; at most 1. */
  readonly p: number;
}

/** An update that went onto affected hosts in the week before the cause was first seen there. */
export interface Change extends Trait {
  readonly hosts: number;
  /** Affected hosts of which it is known since when they have the cause. */
  readonly of: number;
  /** The earliest of these installations, UTC, ISO 8601. */
  readonly at: string;
}

/** How far a cause reaches, and what the hosts that have it first have in common. */
export interface Spread {
  readonly cause: CauseId;
  readonly title: string;
  /** Hosts that have it first. */
  readonly hosts: number;
  /** Hosts that could have shown it: examined ones; for a failure of contact, all that were tried. */
  readonly tried: number;
  /** 95 % Wilson interval of `hosts / tried`. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Among the hosts with the trait that explains it, where one does, else among `tried`. */
  readonly reach: 'isolated' | 'systemic';
  /** The earliest first failure, UTC, ISO 8601, and how many hosts tell theirs; absent where none does. */
  readonly since?: { readonly at: string; readonly hosts: number };
  /** Of recurring causes. */
  readonly pattern?: Pattern;
}

export interface Pattern {
  readonly tie: Tie;
  readonly why?: WhyUnknown;
  /** Strongest first. More than one: they are as good an explanation, and hosts cannot tell them apart. */
  readonly shared: readonly SharedTrait[];
  readonly changed: readonly Change[];
  readonly test: {
    readonly name: 'fisher-exact';
    readonly correction: 'tarone-holm';
    /** Traits that could have told anything, of all recurring causes. */
    readonly looked: number;
    readonly alpha: number;
  };
}

/** One step of the order in which fixing brings the most hosts back. */
export interface Fix {
  readonly cause: CauseId;
  readonly title: string;
  /** Hosts that have nothing left in their way once this is fixed too. */
  readonly hosts: number;
  /** The same, of all steps so far. */
  readonly total: number;
  /** Of `hosts`, those that can only be looked at again: what else is wrong with them is not known. */
  readonly unseen: number;
}

/** Whether something was found that explains a cause. */
export function isTied(pattern: Pattern | undefined): pattern is Pattern {
  return pattern !== undefined && pattern.tie !== 'random' && pattern.tie !== 'unknown';
}

export interface FleetVerdict {
  /** Most hosts first. */
  readonly spreads: readonly Spread[];
  /** In the order to fix them. */
  readonly fixes: readonly Fix[];
}
