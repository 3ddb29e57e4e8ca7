/** Causes that a user adds in files of their own. They run as those of the catalogue do. */
import type { Cause } from '../causes/cause.ts';
import type { BareProse } from '../causes/prose.ts';
import type { CauseId } from '../core/verdict.ts';
import type { Place } from '../inventory/problem.ts';

/** A file of rules, read but not understood. */
export interface RuleText {
  /** As the user gave it. */
  readonly file: string;
  readonly text: string;
}

export interface OwnCause {
  readonly cause: Cause;
  /** It runs in place of the catalogue's cause of the same id. */
  readonly replaces: boolean;
  /** In the second document of a file as those of the catalogue are, or beside the rule. */
  readonly prose: BareProse;
  readonly cases: readonly Expectation[];
  readonly place: Place;
  /** Where each of `cause.beats` is written. */
  readonly beatsAt: readonly Place[];
}

/** What a rule's author says of stored evidence. */
export interface Expectation {
  /** A path, relative to the file of the rule; `demo` for the embedded fleet. */
  readonly evidence: string;
  /** One of its hosts; without it all of them. */
  readonly host?: string;
  /** The cause that must come first. */
  readonly is?: CauseId;
  /** A cause that must not be named at all. */
  readonly isNot?: CauseId;
  readonly place: Place;
}
