/** Contact failures: the document in the place of evidence when a host could not be examined. */
import type { ContactFailure } from './evidence.ts';

export type { ContactFailure } from './evidence.ts';

/** Where contact is, or stopped. `queued` is before any of it. */
export type Stage = 'queued' | ContactStage;
export type ContactStage = ContactFailure['contact']['stage'];

/** What went wrong, at which step, in the spelling of a contact document. */
export interface ContactProblem {
  readonly stage: ContactStage;
  /** errno name, HTTP status, `0x` + 8 upper-case hex digits, or a word of ours such as `NOT_WSMAN`. */
  readonly code: string;
  /** One line for the reader: what happened and what to do next; never a secret. */
  readonly message: string;
  /** With stage `timeout`: the step that did not end. */
  readonly during?: NonNullable<ContactFailure['contact']['during']>;
}

/** Thrown by transports when contact fails; caught once, by the source, and turned into a contact document. */
export class ContactError extends Error implements ContactProblem {
  override readonly name = 'ContactError';
  readonly stage: ContactStage;
  readonly code: string;
  readonly during?: NonNullable<ContactFailure['contact']['during']>;

  constructor(problem: ContactProblem, options?: ErrorOptions) {
    super(problem.message, options);
    this.stage = problem.stage;
    this.code = problem.code;
    if (problem.during !== undefined) this.during = problem.during;
  }
}
