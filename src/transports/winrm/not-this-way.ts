import type { ContactError } from '../../core/contact.ts';

/** A way to sign in that cannot be gone, found out before any credential was used: the next one may be tried. */
export class NotThisWay extends Error {
  override readonly name = 'NotThisWay';
  readonly problem: ContactError;

  constructor(problem: ContactError) {
    super(problem.message, { cause: problem });
    this.problem = problem;
  }
}
