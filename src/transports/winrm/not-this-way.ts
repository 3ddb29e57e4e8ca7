import type { ContactError } from '../../core/contact.ts';

/** A way to sign in that cannot be gone, found out before any credential was used: the next one may be tried. */
export class NotThisWay extends Error {
  override readonly name = 'NotThisWay';
  readonly problem: ContactError;
  /** What the host offers instead, where it was asked. */
  readonly offers: readonly string[] | undefined;

  constructor(problem: ContactError, offers?: readonly string[]) {
    super(problem.message, { cause: problem });
    this.problem = problem;
    this.offers = offers;
  }
}
